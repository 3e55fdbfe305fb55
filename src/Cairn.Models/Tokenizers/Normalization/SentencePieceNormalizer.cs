using System.Text;
using Cairn.Models.Tokenizers.Algorithms;
using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>SentencePiece's own normalisation: its character map, its treatment of whitespace, its visible space.</summary>
/// <remarks>
/// Kudo and Richardson 2018, arXiv:1808.06226, and the <c>normalizer_spec</c> of a model. The longest rule applies at each
/// place, pieces that the user defined stand as they are. With extra whitespace removed no space is left at either end and
/// none beside another.
/// </remarks>
internal sealed class SentencePieceNormalizer : Normalizer
{
    private const char Space = SentencePieceSpelling.Space;

    private readonly SentencePieceRules _rules;
    private readonly PrefixTrie? _kept;

    /// <summary>Builds the normaliser.</summary>
    /// <param name="rules">The model's settings.</param>
    /// <param name="kept">Pieces that are not rewritten.</param>
    public SentencePieceNormalizer(SentencePieceRules rules, IReadOnlyCollection<string> kept)
    {
        _rules = rules;
        _kept = kept.Count == 0 ? null : new PrefixTrie(kept.Select((piece, index) => (piece, index)));
        Name = $"sentencepiece({rules.AddsSpace},{rules.AddsSpaceAtEnd},{rules.RemovesExtraSpaces},{rules.EscapesSpaces},"
            + $"{(rules.Map is null ? "" : Digest(rules.Map))})";
    }

    public override string Name { get; }

    public override void Apply(TextBuffer source, bool startsText, TextBuffer destination)
    {
        var space = _rules.EscapesSpaces ? Space : ' ';
        var text = source.Text;
        var at = _rules.RemovesExtraSpaces ? SkipSpaces(text) : 0;
        if (at == text.Length) return;

        var addsSpace = _rules.AddsSpace && (_rules.AddsSpaceToBlanks || !IsBlank(text));
        if (addsSpace && !_rules.AddsSpaceAtEnd) destination.Append(space, source.RangeAt(at));
        var afterSpace = _rules.RemovesExtraSpaces;
        while (at < text.Length)
        {
            var (length, rewritten) = Rewrite(text[at..]);
            var range = source.RangeOf(new TextRange(at, at + length));
            if (rewritten is { } bytes) afterSpace = Write(bytes.Span, range, afterSpace, destination);
            else afterSpace = Copy(source, at, at + length, afterSpace, destination);
            afterSpace &= _rules.RemovesExtraSpaces;
            at += length;
        }

        if (_rules.RemovesExtraSpaces) destination.TrimEnd(space);
        if (addsSpace && _rules.AddsSpaceAtEnd) destination.Append(space, source.RangeAt(text.Length - 1));
    }

    /// <summary>A short name of a map's content.</summary>
    public static string Digest(CharacterMap map)
    {
        using var fingerprint = new FingerprintBuilder();
        map.Describe(fingerprint);
        return fingerprint.Finish()[..16];
    }

    private bool IsBlank(ReadOnlySpan<char> text)
    {
        for (var at = 0; at < text.Length;)
        {
            var (length, rewritten) = Rewrite(text[at..]);
            var hasOther = rewritten is { } bytes ? bytes.Span.ContainsAnyExcept((byte)' ') : text[at] != ' ';
            if (hasOther) return false;

            at += length;
        }

        return true;
    }

    private int SkipSpaces(ReadOnlySpan<char> text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var (length, rewritten) = Rewrite(text[at..]);
            var isSpace = rewritten is { } bytes ? bytes.Span.SequenceEqual(" "u8) : text.Slice(at, length) is " ";
            if (!isSpace) break;

            at += length;
        }

        return at;
    }

    /// <summary>How much of the text is rewritten next, and into what; null when it stays.</summary>
    private (int Length, ReadOnlyMemory<byte>? Rewritten) Rewrite(ReadOnlySpan<char> text)
    {
        if (_kept?.FindLongest(text) is { Length: > 0 and var kept }) return (kept, null);
        if (_rules.Map?.FindLongest(text) is { Length: > 0 } found) return (found.Length, found.Replacement);

        Rune.DecodeFromUtf16(text, out _, out var length);
        return (length, null);
    }

    /// <summary>Writes a replacement and returns whether the text now ends in a space.</summary>
    private bool Write(ReadOnlySpan<byte> bytes, TextRange range, bool afterSpace, TextBuffer destination)
    {
        if (afterSpace) bytes = bytes.TrimStart((byte)' ');
        if (bytes.Length == 0) return afterSpace;

        var endsInSpace = bytes[^1] == (byte)' ';
        while (bytes.Length > 0)
        {
            Rune.DecodeFromUtf8(bytes, out var rune, out var read);
            destination.AppendCodePoint(rune.Value == ' ' && _rules.EscapesSpaces ? Space : rune.Value, range);
            bytes = bytes[read..];
        }

        return endsInSpace;
    }

    /// <summary>Copies what is not rewritten and returns whether the text now ends in a space.</summary>
    private bool Copy(TextBuffer source, int start, int end, bool afterSpace, TextBuffer destination)
    {
        var text = source.Text;
        while (afterSpace && start < end && text[start] == ' ')
        {
            start++;
        }

        for (var at = start; at < end; at++)
        {
            destination.Append(text[at] == ' ' && _rules.EscapesSpaces ? Space : text[at], source.RangeAt(at));
        }

        return start == end ? afterSpace : text[end - 1] == ' ';
    }
}
