using Cairn.Models.Tokenizers.Algorithms;

namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>Cuts out certain texts wherever they stand, of those at one place the longest, and nothing else.</summary>
internal sealed class KeptPiecesPreTokenizer(IReadOnlyCollection<string> kept) : CoveringPreTokenizer
{
    private readonly PrefixTrie _trie = new(kept.Select((piece, index) => (piece, index)));

    public override string Name { get; } = $"kept({string.Join(',', kept)})";

    protected override int FindEnd(ReadOnlySpan<char> text, int start)
    {
        var at = start;
        while (at < text.Length)
        {
            var length = _trie.FindLongest(text[at..]).Length;
            if (length > 0) return at > start ? at : at + length;

            at++;
        }

        return at;
    }
}
