using System.Buffers;
using System.Globalization;
using Cairn.Models.Tokenizers.Algorithms;

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
    public bool TryFind(ReadOnlySpan<char> text, int from, out AddedTokenMatch match)
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
            if (token.IsSingleWord && !StandsAlone(text, at, found.Length)) continue;

            match = new AddedTokenMatch(token.Id, Widen(text, from, new TextRange(at, at + found.Length), token));
            return true;
        }

        return false;
    }

    private static bool StandsAlone(ReadOnlySpan<char> text, int at, int length) =>
        (at == 0 || !IsWordCharacter(text[at - 1]))
        && (at + length == text.Length || !IsWordCharacter(text[at + length]));

    private static bool IsWordCharacter(char character) =>
        char.IsLetterOrDigit(character)
        || char.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark or UnicodeCategory.ConnectorPunctuation;

    private static TextRange Widen(ReadOnlySpan<char> text, int from, TextRange range, AddedToken token)
    {
        var (start, end) = range;
        while (token.TakesSpaceBefore && start > from && char.IsWhiteSpace(text[start - 1]))
        {
            start--;
        }

        while (token.TakesSpaceAfter && end < text.Length && char.IsWhiteSpace(text[end]))
        {
            end++;
        }

        WorkMeter.Add(end - start);
        return new TextRange(start, end);
    }
}
