using Cairn.Models.Tokenizers.Algorithms;
using Cairn.Models.Tokenizers.Normalization;
using Cairn.Models.Tokenizers.PreTokenizers;

namespace Cairn.Models.Tokenizers;

/// <summary>Added tokens are found first; the text between them is normalised, cut into pieces, and each piece encoded.</summary>
internal sealed class PipelineTokenizer : Tokenizer
{
    private readonly Vocabulary _vocabulary;
    private readonly Normalizer[] _normalizers;
    private readonly PreTokenizer _preTokenizer;
    private readonly TokenModel _model;
    private readonly int[] _prefix;
    private readonly int[] _suffix;
    private readonly AddedTokenMatcher _plain;
    private readonly AddedTokenMatcher _parsed;
    private readonly Lazy<string> _fingerprint;

    public PipelineTokenizer(TokenizerParts parts)
    {
        _vocabulary = parts.Vocabulary;
        _normalizers = [.. parts.Normalizers];
        _preTokenizer = parts.PreTokenizer;
        _model = parts.Model;
        _prefix = [.. parts.Prefix];
        _suffix = [.. parts.Suffix];
        _plain = new AddedTokenMatcher(parts.AddedTokens.Where(token => !token.IsSpecial));
        _parsed = new AddedTokenMatcher(parts.AddedTokens);
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

    public override bool TryGetId(string token, out int id)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _vocabulary.TryGetId(token, out id);
    }

    private void Encode(ReadOnlySpan<char> text, bool addSpecial, bool parseSpecial, TokenSink sink)
    {
        if (LoneSurrogates.IndexOf(text) >= 0) text = LoneSurrogates.Replace(text);

        if (addSpecial) AddAround(_prefix, sink);
        var matcher = parseSpecial ? _parsed : _plain;
        var at = 0;
        while (matcher.TryFind(text, at, out var match))
        {
            EncodeBetween(text, new TextRange(at, match.Range.Start), sink);
            sink.Add(match.Id, match.Range);
            at = match.Range.End;
        }

        EncodeBetween(text, new TextRange(at, text.Length), sink);
        if (addSpecial) AddAround(_suffix, sink);
    }

    private static void AddAround(int[] ids, TokenSink sink)
    {
        foreach (var id in ids)
        {
            sink.Add(id, default);
        }
    }

    private void EncodeBetween(ReadOnlySpan<char> text, TextRange part, TokenSink sink)
    {
        if (part.Length == 0) return;

        WorkMeter.Add(part.Length);

        var original = text[part.Start..part.End];
        if (IsNormalized(original))
        {
            var cutter = _preTokenizer.Prepare(original);
            for (var at = 0; cutter.TryNext(original, at, out var piece); at = piece.End)
            {
                sink.Add(_model.Encode(original[piece.Start..piece.End]), part.Start + piece.Start);
            }

            return;
        }

        var source = new TextBuffer(sink.TracksRanges);
        var destination = new TextBuffer(sink.TracksRanges);
        source.AppendOriginal(original, part.Start);
        foreach (var normalizer in _normalizers)
        {
            if (normalizer.IsNormalized(source.Text)) continue;

            destination.Clear();
            normalizer.Apply(source, part.Start == 0, destination);
            (source, destination) = (destination, source);
        }

        var normalized = source.Text;
        var preTokenizer = _preTokenizer.Prepare(normalized);
        for (var at = 0; preTokenizer.TryNext(normalized, at, out var piece); at = piece.End)
        {
            sink.Add(_model.Encode(normalized[piece.Start..piece.End]), piece.Start, source);
        }

        source.Dispose();
        destination.Dispose();
    }

    private bool IsNormalized(ReadOnlySpan<char> text)
    {
        foreach (var normalizer in _normalizers)
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
        foreach (var normalizer in parts.Normalizers)
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
