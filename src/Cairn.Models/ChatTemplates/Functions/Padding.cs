using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>Widening a text to a number of code points.</summary>
internal static class Padding
{
    /// <summary>Pads the subject of a call with arguments width and fill character.</summary>
    public static StringValue Apply(Invocation call, Func<string, int, string, string> pad)
    {
        var width = call.Integer(0, 0);
        call.Context.CheckLength(width);
        var fill = call.Values.Length > 1 ? call.String(1) ?? " " : " ";
        if (PythonText.CountCodePoints(fill) != 1)
        {
            throw Fault.Other("The fill character must be exactly one character long");
        }

        var missing = width - PythonText.CountCodePoints(call.Text);
        return new StringValue(missing <= 0 ? call.Text : pad(call.Text, missing, fill));
    }

    public static string Left(string text, int missing, string fill) => text + Repeat(fill, missing);

    public static string Right(string text, int missing, string fill) => Repeat(fill, missing) + text;

    // CPython puts the odd blank on the left when both the missing count and the width are odd.
    public static string Center(string text, int missing, string fill)
    {
        var width = missing + PythonText.CountCodePoints(text);
        var left = (missing / 2) + (missing & width & 1);
        return Repeat(fill, left) + text + Repeat(fill, missing - left);
    }

    public static string Zeros(string text, int missing, string fill)
    {
        var sign = text.Length > 0 && text[0] is '+' or '-' ? 1 : 0;
        return text[..sign] + Repeat("0", missing) + text[sign..];
    }

    private static string Repeat(string fill, int count) => string.Concat(Enumerable.Repeat(fill, count));
}
