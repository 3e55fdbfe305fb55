namespace Cairn.Models.Tokenizers;

/// <summary>Halves of surrogate pairs that stand alone: no text, and nothing that UTF-8 could hold.</summary>
internal static class LoneSurrogates
{
    private const char Replacement = '\uFFFD';

    /// <summary>Position of the first one, or −1.</summary>
    public static int IndexOf(ReadOnlySpan<char> text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            var skipped = text[at..].IndexOfAnyInRange('\uD800', '\uDFFF');
            if (skipped < 0) return -1;

            at += skipped;
            if (!StartsPair(text, at)) return at;

            at++;
        }

        return -1;
    }

    /// <summary>Replaces each by U+FFFD, so that positions stay.</summary>
    public static char[] Replace(ReadOnlySpan<char> text)
    {
        var replaced = text.ToArray();
        for (var at = IndexOf(replaced); at >= 0 && at < replaced.Length; at++)
        {
            if (StartsPair(replaced, at)) at++;
            else if (char.IsSurrogate(replaced[at])) replaced[at] = Replacement;
        }

        return replaced;
    }

    private static bool StartsPair(ReadOnlySpan<char> text, int at) =>
        char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]);
}
