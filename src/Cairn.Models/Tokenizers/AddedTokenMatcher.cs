using System.Buffers;
using System.Text;
using Cairn.Models.Tokenizers.Algorithms;
using Cairn.Models.Tokenizers.Expressions;

namespace Cairn.Models.Tokenizers;

/// <summary>Finds added tokens: the leftmost, and of those that start there the longest.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly SearchValues<char> _firsts;
    private readonly PrefixTrie _trie;
    private readonly AddedToken[] _tokens;

    public AddedTokenMatcher(IEnumerable<AddedToken> tokens)
    {
        _tokens = [.. tokens];
        _trie = new PrefixTrie(_tokens.Select((token, index) => (token.Content, index)));
        _firsts = SearchValues.Create([.. _tokens.Select(token => token.Content[0]).Distinct()]);
    }

    /// <summary>Finds the next match at or after a position.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">Where the search begins: the end of the last match's own text.</param>
    /// <param name="taken">What lies before it belongs to the last match, whitespace included.</param>
    /// <param name="match">The match.</param>
    public bool TryFind(ReadOnlySpan<char> text, int from, int taken, out AddedTokenMatch match)
    {
        match = default;
        if (_tokens.Length == 0) return false;

        for (var at = from; at < text.Length; at++)
        {
            var skipped = text[at..].IndexOfAny(_firsts);
            if (skipped < 0) return false;

            at += skipped;
            if (_trie.FindLongest(text[at..]) is not { Length: > 0 } found) continue;

            var token = _tokens[found.Value];
            var end = at + found.Length;
            if (token.IsSingleWord && !StandsAlone(text, at, end))
            {
                at = end - 1;
                continue;
            }

            match = new AddedTokenMatch(token.Id, Widen(text, taken, new TextRange(at, end), token), end);
            return true;
        }

        return false;
    }

    private static bool StandsAlone(ReadOnlySpan<char> text, int start, int end)
    {
        Rune.DecodeLastFromUtf16(text[..start], out var before, out _);
        Rune.DecodeFromUtf16(text[end..], out var after, out _);
        return (start == 0 || !CodePointClasses.UnicodeWord.Contains(before.Value))
            && (end == text.Length || !CodePointClasses.UnicodeWord.Contains(after.Value));
    }

    private static TextRange Widen(ReadOnlySpan<char> text, int taken, TextRange range, AddedToken token)
    {
        var (start, end) = range;
        while (token.TakesSpaceBefore && start > taken && char.IsWhiteSpace(text[start - 1]))
        {
            start--;
        }

        while (token.TakesSpaceAfter && end < text.Length && char.IsWhiteSpace(text[end]))
        {
            end++;
        }

        WorkMeter.Add(end - start);
        return new TextRange(Math.Max(start, Math.Min(taken, end)), end);
    }
}
