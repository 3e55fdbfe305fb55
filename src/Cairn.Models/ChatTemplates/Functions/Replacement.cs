using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>Python's <c>str.replace</c>.</summary>
internal static class Replacement
{
    /// <summary>
    /// Replaces the first <paramref name="count"/> occurrences (all when negative); an empty <paramref name="old"/> is
    /// found before every character and at the end.
    /// </summary>
    public static string Replace(RenderContext context, string text, string old, string @new, int count)
    {
        context.ChargeSearch(text.Length, old.Length);
        var left = count < 0 ? int.MaxValue : count;
        var result = context.NewText();
        if (old.Length == 0)
        {
            foreach (var character in PythonText.CodePoints(text))
            {
                result.Append(left-- > 0 ? @new : "").Append(character);
            }

            return result.Append(left > 0 ? @new : "").ToString();
        }

        var from = 0;
        for (var at = text.IndexOf(old, StringComparison.Ordinal); at >= 0 && left > 0;
             at = text.IndexOf(old, from, StringComparison.Ordinal))
        {
            result.Append(text.AsSpan(from, at - from)).Append(@new);
            from = at + old.Length;
            left--;
        }

        return result.Append(text.AsSpan(from)).ToString();
    }
}
