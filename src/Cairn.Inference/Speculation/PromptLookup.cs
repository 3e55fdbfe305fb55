namespace Cairn.Inference.Speculation;

/// <summary>Guesses how a text goes on: as it did where its last tokens occurred before.</summary>
/// <remarks>
/// Prompt lookup decoding: a draft without a draft model. Of the earlier places the one wins that agrees with the end of
/// the text over the most tokens, up to <see cref="LongestMatch"/>; of equals the latest.
/// </remarks>
internal static class PromptLookup
{
    /// <summary>Agreement beyond this is not counted.</summary>
    public const int LongestMatch = 8;

    /// <summary>Writes a guess of the tokens that follow.</summary>
    /// <param name="text">Tokens so far but for the last one.</param>
    /// <param name="pass">
    /// Its first element is the last token; the others receive the guess, all of them: a place close to the end is read on
    /// into the guess itself.
    /// </param>
    /// <returns>Tokens that agree; 0 when there is no such place and nothing was written.</returns>
    /// <remarks>Allocates nothing. A vectorised search backwards for the last token.</remarks>
    public static int Find(ReadOnlySpan<int> text, Span<int> pass)
    {
        (int best, int next) = (0, 0);
        int limit = text.Length;
        while (best < LongestMatch && text[..limit].LastIndexOf(pass[0]) is >= 0 and var place)
        {
            int agreeing = Agreement(text, place);
            if (agreeing > best)
                (best, next) = (agreeing, place + 1);

            limit = place;
        }

        for (int i = 0; best > 0 && i + 1 < pass.Length; i++)
            pass[i + 1] = next + i < text.Length ? text[next + i] : pass[next + i - text.Length];

        return best;
    }

    /// <summary>How many tokens agree, given that the one at <paramref name="place"/> is the last one.</summary>
    private static int Agreement(ReadOnlySpan<int> text, int place)
    {
        int agreeing = 1;
        while (agreeing < LongestMatch && agreeing <= place && text[place - agreeing] == text[^agreeing])
            agreeing++;

        return agreeing;
    }
}
