namespace Cairn.Inference.Speculation;

/// <summary>Guesses how a text goes on: as it did where its last tokens occurred before.</summary>
/// <remarks>
/// Prompt lookup decoding: a draft without a draft model. Of the earlier places the one wins that agrees with the end of
/// the text over the most tokens, up to <see cref="LongestMatch"/>; of equals the latest.
/// </remarks>
internal static class PromptLookup
{
    /// <summary>Fewest tokens that must agree.</summary>
    public const int ShortestMatch = 2;

    /// <summary>Agreement beyond this is not counted.</summary>
    public const int LongestMatch = 8;

    /// <summary>Writes a guess of the tokens that follow.</summary>
    /// <param name="text">Tokens so far but for the last one.</param>
    /// <param name="pass">
    /// Its first element is the last token; the others receive the guess, all of them: a place close to the end is read on
    /// into the guess itself.
    /// </param>
    /// <returns>Tokens that agree; 0 when there is no such place and nothing was written.</returns>
    /// <remarks>Allocates nothing. A vectorised search backwards for the last two tokens.</remarks>
    public static int Find(ReadOnlySpan<int> text, Span<int> pass)
    {
        if (text.IsEmpty)
            return 0;

        ReadOnlySpan<int> end = [text[^1], pass[0]];
        (int best, int next) = (0, 0);
        int limit = text.Length;
        while (best < LongestMatch && text[..limit].LastIndexOf(end) is >= 0 and var place)
        {
            int agreeing = Agreement(text, place);
            if (agreeing > best)
                (best, next) = (agreeing, place + ShortestMatch);

            limit = place + 1;
        }

        for (int i = 0; best > 0 && i + 1 < pass.Length; i++)
            pass[i + 1] = next + i < text.Length ? text[next + i] : pass[next + i - text.Length];

        return best;
    }

    /// <summary>How many tokens agree, given that the two at <paramref name="place"/> are the last two.</summary>
    private static int Agreement(ReadOnlySpan<int> text, int place)
    {
        int more = 0;
        while (ShortestMatch + more < LongestMatch && more < place && text[place - 1 - more] == text[text.Length - 2 - more])
            more++;

        return ShortestMatch + more;
    }
}
