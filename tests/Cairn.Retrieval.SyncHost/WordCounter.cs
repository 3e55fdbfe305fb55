using Cairn.Abstractions;

namespace Cairn.Retrieval.SyncHost;

/// <summary>Counts a token for every started six characters of a word: additive over white space, like WordPiece.</summary>
public sealed class WordCounter(int maxTokens = 256) : ITokenCounter
{
    public int MaxTokens => maxTokens;

    public string Fingerprint => "words/6";

    public int Count(ReadOnlySpan<char> text)
    {
        var (tokens, length) = (0, 0);
        foreach (var c in text)
        {
            length = char.IsWhiteSpace(c) ? 0 : length + 1;
            tokens += length % 6 == 1 ? 1 : 0;
        }

        return tokens;
    }
}
