using Cairn.Models.Tokenizers.Algorithms;
using Cairn.Models.Tokenizers.Normalization;
using Cairn.Models.Tokenizers.PreTokenizers;

namespace Cairn.Models.Tokenizers;

/// <summary>Added tokens are found first; the text between them is normalised, cut into pieces, and each piece encoded.</summary>
/// <remarks>
/// Added tokens of a second kind are found in the normalised text, where their own text is normalised too: in a file that
/// lowers the case, such a token is found in any case.
/// </remarks>
internal sealed class PipelineTokenizer : Tokenizer
{
    private readonly Vocabulary _vocabulary;
    private readonly Normalizer[] _normalizers;
    private readonly Normalizer[] _lateNormalizers;
    private readonly PreTokenizer _preTokenizer;
    private readonly TokenModel _model;
    private readonly int[] _prefix;
    private readonly int[] _suffix;
    private readonly AddedTokenMatcher _plain;
    private readonly AddedTokenMatcher _parsed;
    private readonly AddedTokenMatcher? _plainNormalized;
    private readonly AddedTokenMatcher? _parsedNormalized;
    private readonly Lazy<string> _fingerprint;

    public PipelineTokenizer(TokenizerParts parts)
    {
        _vocabulary = parts.Vocabulary;
        _normalizers = [.. parts.Normalizers];
        _lateNormalizers = [.. parts.LateNormalizers];
        _preTokenizer = parts.PreTokenizer;
        _model = parts.Model;
        _prefix = [.. parts.Prefix];
        _suffix = [.. parts.Suffix];
        var isLate = parts.AddedTokens.ToLookup(token => token.IsNormalized && _normalizers.Length > 0);
        _plain = new AddedTokenMatcher(isLate[false].Where(token => !token.IsSpecial));
        _parsed = new AddedTokenMatcher(isLate[false]);
        _plainNormalized = MakeNormalized(isLate[true].Where(token => !token.IsSpecial));
        _parsedNormalized = MakeNormalized(isLate[true]);
        PairTemplate = parts.PairTemplate;
        LeadingSpace = parts.LeadingSpace;
        BosId = parts.BosId;
        EosId = parts.EosId;
        PadId = parts.PadId;
        UnknownId = parts.UnknownId;
        EndOfGenerationIds = EndOfGeneration.Find(_vocabulary, parts.EosId, parts.EndIds);
        _fingerprint = new Lazy<string>(() => ComputeFingerprint(parts));
    }

    public override int VocabularySize => _vocabulary.Count;

    public override int? BosId { get; }

    public override int? EosId { get; }

    public override int? PadId { get; }

    public override int? UnknownId { get; }

    public override IReadOnlySet<int> EndOfGenerationIds { get; }

    public override LeadingSpace LeadingSpace { get; }

    public override PairTemplate? PairTemplate { get; }

    public override string Fingerprint => _fingerprint.Value;

    public override int[] Encode(string text, bool addSpecial = false, bool parseSpecial = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var sink = new TokenSink(TokenSinkMode.Ids);
        Encode(text, addSpecial, parseSpecial, sink);
        return sink.ToIds();
    }

    public override TokenizedText EncodeWithOffsets(string text, bool addSpecial = false, bool parseSpecial = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var sink = new TokenSink(TokenSinkMode.Ranges);
        Encode(text, addSpecial, parseSpecial, sink);
        return new TokenizedText(sink.ToIds(), sink.ToRanges());
    }

    public override int CountTokens(ReadOnlySpan<char> text)
    {
        using var sink = new TokenSink(TokenSinkMode.Count);
        Encode(text, addSpecial: false, parseSpecial: false, sink);
        return sink.Count;
    }

    public override ReadOnlySpan<byte> GetTokenBytes(int id) => _vocabulary.GetBytes(id);

    public override string GetToken(int id) => _vocabulary.GetToken(id);

    public override bool IsSpecial(int id) =>
        _vocabulary.GetTokenType(id) is TokenType.Control or TokenType.Unknown;

    internal override TokenType GetTokenType(int id) => _vocabulary.GetTokenType(id);

    public override bool TryGetId(string token, out int id)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _vocabulary.TryGetId(token, out id);
    }

    private AddedTokenMatcher? MakeNormalized(IEnumerable<AddedToken> tokens)
    {
        var normalized = tokens.Select(token => token with { Content = Normalize(token.Content) }).Where(token => token.Content.Length > 0).ToArray();
        return normalized.Length == 0 ? null : new AddedTokenMatcher(normalized);
    }

    private string Normalize(string text)
    {
        using var buffers = new BufferPair(tracksRanges: false);
        buffers.Source.AppendOriginal(text, 0);
        Apply(_normalizers, buffers, startsText: true);
        return buffers.Source.Text.ToString();
    }

    private void Encode(ReadOnlySpan<char> text, bool addSpecial, bool parseSpecial, TokenSink sink)
    {
        if (LoneSurrogates.IndexOf(text) >= 0) text = LoneSurrogates.Replace(text);

        if (addSpecial) AddAround(_prefix, sink);
        var matcher = parseSpecial ? _parsed : _plain;
        var normalized = parseSpecial ? _parsedNormalized : _plainNormalized;
        var (at, from) = (0, 0);
        while (matcher.TryFind(text, from, at, out var match))
        {
            EncodeBetween(text, new TextRange(at, match.Range.Start), normalized, sink);
            sink.Add(match.Id, match.Range);
            (at, from) = (match.Range.End, match.End);
        }

        EncodeBetween(text, new TextRange(at, text.Length), normalized, sink);
        if (addSpecial) AddAround(_suffix, sink);
    }

    private static void AddAround(int[] ids, TokenSink sink)
    {
        foreach (var id in ids)
        {
            sink.Add(id, default);
        }
    }

    private void EncodeBetween(ReadOnlySpan<char> text, TextRange part, AddedTokenMatcher? normalizedTokens, TokenSink sink)
    {
        if (part.Length == 0) return;

        WorkMeter.Add(part.Length);
        var original = text[part.Start..part.End];
        if (normalizedTokens is null && IsNormalized(_normalizers, original) && IsNormalized(_lateNormalizers, original))
        {
            var cutter = _preTokenizer.Prepare(original);
            for (var at = 0; cutter.TryNext(original, at, out var piece); at = piece.End)
            {
                sink.Add(_model.Encode(original[piece.Start..piece.End]), part.Start + piece.Start);
            }

            return;
        }

        using var buffers = new BufferPair(sink.TracksRanges);
        buffers.Source.AppendOriginal(original, part.Start);
        Apply(_normalizers, buffers, startsText: part.Start == 0);
        if (normalizedTokens is null) EncodeNormalized(buffers, startsText: part.Start == 0, sink);
        else EncodeAround(buffers.Source, normalizedTokens, startsText: part.Start == 0, sink);
    }

    /// <summary>Finds added tokens in normalised text and encodes what lies between them.</summary>
    private void EncodeAround(TextBuffer normalized, AddedTokenMatcher tokens, bool startsText, TokenSink sink)
    {
        var (at, from) = (0, 0);
        while (tokens.TryFind(normalized.Text, from, at, out var match))
        {
            EncodeSlice(normalized, new TextRange(at, match.Range.Start), startsText && at == 0, sink);
            sink.Add(match.Id, normalized.RangeOf(match.Range));
            (at, from) = (match.Range.End, match.End);
        }

        EncodeSlice(normalized, new TextRange(at, normalized.Length), startsText && at == 0, sink);
    }

    private void EncodeSlice(TextBuffer normalized, TextRange slice, bool startsText, TokenSink sink)
    {
        if (slice.Length == 0) return;

        using var buffers = new BufferPair(sink.TracksRanges);
        buffers.Source.Append(normalized, slice.Start, slice.End);
        EncodeNormalized(buffers, startsText, sink);
    }

    private void EncodeNormalized(BufferPair buffers, bool startsText, TokenSink sink)
    {
        Apply(_lateNormalizers, buffers, startsText);
        var text = buffers.Source.Text;
        var cutter = _preTokenizer.Prepare(text);
        for (var at = 0; cutter.TryNext(text, at, out var piece); at = piece.End)
        {
            sink.Add(_model.Encode(text[piece.Start..piece.End]), piece.Start, buffers.Source);
        }
    }

    private static void Apply(Normalizer[] normalizers, BufferPair buffers, bool startsText)
    {
        foreach (var normalizer in normalizers)
        {
            if (normalizer.IsNormalized(buffers.Source.Text)) continue;

            buffers.Destination.Clear();
            normalizer.Apply(buffers.Source, startsText, buffers.Destination);
            buffers.Swap();
        }
    }

    private static bool IsNormalized(Normalizer[] normalizers, ReadOnlySpan<char> text)
    {
        foreach (var normalizer in normalizers)
        {
            if (!normalizer.IsNormalized(text)) return false;
        }

        return true;
    }

    private static string ComputeFingerprint(TokenizerParts parts)
    {
        using var fingerprint = new FingerprintBuilder();
        fingerprint.Add(parts.Model.Name);
        parts.Vocabulary.Describe(fingerprint);
        parts.Model.Describe(fingerprint);
        fingerprint.Add(parts.PreTokenizer.Name);
        foreach (var normalizer in parts.Normalizers.Concat(parts.LateNormalizers))
        {
            fingerprint.Add(normalizer.Name);
        }

        foreach (var token in parts.AddedTokens)
        {
            fingerprint.Add(token.ToString());
        }

        return fingerprint.Finish();
    }
}
