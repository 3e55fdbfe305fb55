using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>Python's <c>strip</c>: takes off characters of a set, or blanks, at one end or both.</summary>
internal static class Stripping
{
    /// <summary>The subject of a call whose first argument is the set; none for blanks.</summary>
    public static string Strip(Invocation call, bool start, bool end)
    {
        var text = call.Text;
        var chars = call.String(0);
        call.Context.ChargeSearch(text.Length, chars?.Length ?? 0);
        Func<char, bool> stripped = chars is null ? PythonText.IsSpace : c => chars.Contains(c);
        var from = 0;
        while (start && from < text.Length && stripped(text[from]))
        {
            from++;
        }

        var to = text.Length;
        while (end && to > from && stripped(text[to - 1]))
        {
            to--;
        }

        // A character outside the BMP is stripped whole or not at all.
        if (from > 0 && from < to && char.IsLowSurrogate(text[from]) && char.IsHighSurrogate(text[from - 1]))
        {
            from--;
        }

        if (to < text.Length && to > from && char.IsHighSurrogate(text[to - 1]) && char.IsLowSurrogate(text[to]))
        {
            to++;
        }

        return text[from..to];
    }
}
