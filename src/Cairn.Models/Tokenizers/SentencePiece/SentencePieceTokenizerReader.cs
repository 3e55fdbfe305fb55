using Cairn.Models.Tokenizers.Algorithms;
using Cairn.Models.Tokenizers.Normalization;
using Cairn.Models.Tokenizers.PreTokenizers;
using Cairn.Models.Tokenizers.Reading;
using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers.SentencePiece;

/// <summary>Builds the tokenizer of a SentencePiece <c>tokenizer.model</c>.</summary>
/// <remarks>
/// Which tokens go around a sequence does not stand in the file: <c>add_bos_token</c> and <c>add_eos_token</c> of a
/// <c>tokenizer_config.json</c> beside it say so. Without them a byte-pair model begins with its begin token and a
/// Unigram model ends with its end token, as the same models do in GGUF files.
/// </remarks>
internal static class SentencePieceTokenizerReader
{
    private const string ConfigurationName = "tokenizer_config.json";
    private const string AddedName = "added_tokens.json";

    public static Tokenizer Read(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no tokenizer file '{path}'.", path);

        var source = SentencePieceModel.Read(path);
        RefuseAddedTokens(path);
        var spelling = new SentencePieceSpelling(escapesUserDefined: true);
        var vocabulary = new Vocabulary([.. source.Tokens], [.. source.Types], spelling);
        string[] kept = [.. source.Tokens.Where((_, id) => source.Types[id] == TokenType.UserDefined)];
        var (addsBegin, addsEnd) = ReadAround(path, source);
        return new PipelineTokenizer(new TokenizerParts
        {
            Vocabulary = vocabulary,
            AddedTokens = FindSpecial(source),
            Normalizers = [new SentencePieceNormalizer(source.Rules, kept)],
            PreTokenizer = source.IsBytePairs && kept.Length > 0 ? new KeptPiecesPreTokenizer(kept) : new WholeTextPreTokenizer(),
            Model = source.IsBytePairs ? MakeBytePairs(source, vocabulary, kept) : MakeUnigram(source, vocabulary),
            LeadingSpace = source.Rules is { AddsSpace: true, AddsSpaceAtEnd: false } ? LeadingSpace.DropOne : LeadingSpace.Keep,
            Prefix = addsBegin && source.BosId >= 0 ? [source.BosId] : [],
            Suffix = addsEnd && source.EosId >= 0 ? [source.EosId] : [],
            BosId = Optional(source.BosId),
            EosId = Optional(source.EosId),
            PadId = Optional(source.PadId),
            UnknownId = source.UnknownId,
            EndIds = [.. FolderSettings.Read(path).EndIds.Where(id => id < vocabulary.Count)],
        });
    }

    private static TokenModel MakeBytePairs(SentencePieceModel source, Vocabulary vocabulary, string[] kept)
    {
        bool IsMatchable(int id) => source.Types[id] is TokenType.Normal or TokenType.UserDefined;

        var characters = new CharacterTable(vocabulary, IsMatchable);
        var merges = ScoredMerges.Build(vocabulary, [.. source.Scores], IsMatchable, characters);
        var model = new SentencePieceBpe(
            vocabulary, merges, characters, source.FallsBackToBytes, source.UnknownId, fusesUnknown: true);
        return kept.Length == 0 ? model : new KeptPieces(model, kept.Select(piece => (piece, IdOf(vocabulary, piece))));
    }

    /// <summary>A piece that the user defined gets a score that beats every way to spell it.</summary>
    private static Unigram MakeUnigram(SentencePieceModel source, Vocabulary vocabulary)
    {
        const double LeastLoss = 0.1;
        var normal = Enumerable.Range(0, vocabulary.Count).Where(id => source.Types[id] == TokenType.Normal).ToArray();
        var highest = normal.Length == 0 ? 0 : normal.Max(id => source.Scores[id]);
        var scores = source.Scores.Select(score => (double)score).ToArray();
        var defined = Enumerable.Range(0, vocabulary.Count).Where(id => source.Types[id] == TokenType.UserDefined).ToArray();
        foreach (var id in defined)
        {
            scores[id] = (System.Text.Encoding.UTF8.GetByteCount(source.Tokens[id]) * (double)highest) - LeastLoss;
        }

        return new Unigram(vocabulary, scores, normal, source.UnknownId, source.FallsBackToBytes, defined, roundsSums: true);
    }

    private static AddedToken[] FindSpecial(SentencePieceModel source) =>
    [
        .. source.Tokens.Select((token, id) => new AddedToken(id, token, IsSpecial: true))
            .Where(token => source.Types[token.Id] is TokenType.Control or TokenType.Unknown),
    ];

    private static (bool Begin, bool End) ReadAround(string path, SentencePieceModel source)
    {
        var configuration = Beside(path, ConfigurationName);
        if (!File.Exists(configuration)) return (source.IsBytePairs, !source.IsBytePairs);

        using var document = JsonFile.Open(configuration, out var root);
        return (root.GetBoolean("add_bos_token", source.IsBytePairs), root.GetBoolean("add_eos_token", !source.IsBytePairs));
    }

    private static void RefuseAddedTokens(string path)
    {
        var added = Beside(path, AddedName);
        if (!File.Exists(added)) return;

        using var document = JsonFile.Open(added, out var root);
        if (root.Properties().Any())
        {
            throw new ModelFormatException(
                ModelFormatError.Unsupported, added, $"tokens added beside '{Path.GetFileName(path)}' are not supported",
                "a tokenizer.json, which lists them");
        }
    }

    private static string Beside(string path, string name) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name);

    private static int IdOf(Vocabulary vocabulary, string piece) => vocabulary.TryGetId(piece, out var id) ? id : -1;

    private static int? Optional(int id) => id >= 0 ? id : null;
}
