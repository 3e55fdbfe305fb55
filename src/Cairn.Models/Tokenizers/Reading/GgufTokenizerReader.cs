using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers.Algorithms;
using Cairn.Models.Tokenizers.Normalization;
using Cairn.Models.Tokenizers.PreTokenizers;
using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Reads the tokenizer in a GGUF file's metadata (<c>tokenizer.ggml.*</c>).</summary>
/// <remarks>
/// Defaults for absent keys are those of the files' own engine, llama.cpp. A pre-tokeniser or kind of model that is not
/// known is an error that names it: a near miss would give a working model other ids than it was trained on.
/// </remarks>
internal static class GgufTokenizerReader
{
    public static Tokenizer Read(GgufFile file)
    {
        var kind = file.Metadata.GetString(GgufTokenizerKeys.Model);
        return kind switch
        {
            "gpt2" => ReadByteLevel(GgufVocabulary.Read(file)),
            "llama" => ReadSentencePiece(GgufVocabulary.Read(file)),
            "bert" => ReadWordPiece(GgufVocabulary.Read(file)),
            "t5" => ReadUnigram(GgufVocabulary.Read(file)),
            "no_vocab" or "none" => throw new ModelFormatException(
                ModelFormatError.Unsupported, file.Path, $"the file has no tokenizer (tokenizer model '{kind}'); convert the model again with its vocabulary"),
            _ => throw new ModelFormatException(
                ModelFormatError.Unsupported, file.Path, $"tokenizer model '{kind}' is not supported", "gpt2, llama, bert, t5"),
        };
    }

    private static PipelineTokenizer ReadByteLevel(GgufVocabulary source)
    {
        var name = source.Metadata.GetString(GgufTokenizerKeys.PreTokenizer);
        if (!PreTokenizerCatalog.TryFindByName(name, out var named))
        {
            throw source.Error(
                ModelFormatError.Unsupported, $"pre-tokenizer '{name}' ('{GgufTokenizerKeys.PreTokenizer}') is not supported",
                PreTokenizerCatalog.Names);
        }

        var vocabulary = new Vocabulary(source.Tokens, source.Types, new ByteLevelSpelling());
        var merges = new MergeReader(vocabulary, source.Path, skipsUnknown: true);
        foreach (var merge in source.Metadata.GetStrings(GgufTokenizerKeys.Merges))
        {
            merges.Add(merge);
        }

        var model = new ByteLevelBpe(vocabulary, merges.ToTable(), named.TakesWholePieces, unknownId: -1);
        Normalizer[] normalizers = named.Composes ? [new UnicodeNormalizer(UnicodeForm.Nfc)] : [];
        return Build(
            source, vocabulary, model, named.Splitter, normalizers, LeadingSpace.Keep, named.AddsBegin, addsEnd: false);
    }

    private static PipelineTokenizer ReadSentencePiece(GgufVocabulary source)
    {
        var vocabulary = new Vocabulary(source.Tokens, source.Types, new SentencePieceSpelling());
        var scores = source.ReadScores();
        var characters = new CharacterTable(vocabulary, IsMatchable);
        var merges = ScoredMerges.Build(vocabulary, scores, IsMatchable, characters);
        var model = new SentencePieceBpe(
            vocabulary, merges, characters, fallsBackToBytes: true, source.UnknownId ?? -1, fusesUnknown: true);
        var addsSpace = source.ReadFlag(GgufTokenizerKeys.AddSpacePrefix, absent: true);
        PreTokenizer preTokenizer = model.SplitsAtWords ? new WordStartPreTokenizer() : new WholeTextPreTokenizer();
        Normalizer[] escape = [new ReplaceNormalizer(" ", "\u2581")];
        return Build(
            source, vocabulary, model, preTokenizer,
            addsSpace ? [new PrependNormalizer("\u2581"), .. escape] : escape,
            addsSpace ? LeadingSpace.DropOne : LeadingSpace.Keep, addsBegin: true, addsEnd: false);

        bool IsMatchable(int id) => vocabulary.GetTokenType(id)
            is TokenType.Normal or TokenType.Undefined or TokenType.UserDefined;
    }

    private static PipelineTokenizer ReadWordPiece(GgufVocabulary source)
    {
        const string ContinuationPrefix = "##";
        const int LongestWord = 100;
        var tokens = GgufWordPieces.Restore(source.Tokens, source.Types, ContinuationPrefix);
        var vocabulary = new Vocabulary(
            tokens, source.Types, new WordPieceSpelling(ContinuationPrefix, cleansUp: true));
        var unknownId = source.UnknownId
            ?? throw source.Error(ModelFormatError.MissingKey, $"'{GgufTokenizerKeys.UnknownId}' is missing");
        var lowercases = source.ReadFlag(GgufTokenizerKeys.Lowercase, absent: true);
        var stripsAccents = source.ReadFlag(GgufTokenizerKeys.StripAccents, absent: lowercases);
        return Build(
            source, vocabulary, new WordPiece(
                vocabulary, unknownId, ContinuationPrefix, LongestWord, id => source.Types[id] != TokenType.UserDefined),
            new BertPreTokenizer(), JsonNormalizerReader.MakeBert(true, true, stripsAccents, lowercases),
            LeadingSpace.DropOne, addsBegin: true, addsEnd: true);
    }

    private static PipelineTokenizer ReadUnigram(GgufVocabulary source)
    {
        var vocabulary = new Vocabulary(source.Tokens, source.Types, new SentencePieceSpelling());
        var matchable = Enumerable.Range(0, vocabulary.Count)
            .Where(id => vocabulary.GetTokenType(id) is TokenType.Normal or TokenType.Undefined or TokenType.UserDefined)
            .ToArray();
        var model = new Unigram(
            vocabulary, Array.ConvertAll(source.ReadScores(), score => (double)score), matchable, source.UnknownId ?? -1,
            fallsBackToBytes: false);
        var rules = new SentencePieceRules
        {
            Map = source.ReadCharacterMap(),
            AddsSpace = source.ReadFlag(GgufTokenizerKeys.AddSpacePrefix, absent: false),
            AddsSpaceToBlanks = false,
            RemovesExtraSpaces = source.ReadFlag(GgufTokenizerKeys.RemoveExtraSpaces, absent: false),
        };
        return Build(
            source, vocabulary, model, new WholeTextPreTokenizer(), [new SentencePieceNormalizer(rules, [])],
            rules.AddsSpace ? LeadingSpace.DropOne : LeadingSpace.Keep, addsBegin: false, addsEnd: true);
    }

    private static PipelineTokenizer Build(
        GgufVocabulary source,
        Vocabulary vocabulary,
        TokenModel model,
        PreTokenizer preTokenizer,
        IReadOnlyList<Normalizer> normalizers,
        LeadingSpace leadingSpace,
        bool addsBegin,
        bool addsEnd)
    {
        var bos = source.ReadId(GgufTokenizerKeys.BosId) ?? source.ReadId(GgufTokenizerKeys.ClsId);
        var eos = source.ReadId(GgufTokenizerKeys.EosId) ?? source.ReadId(GgufTokenizerKeys.SeparatorId);
        int[] prefix = bos is { } first && source.ReadFlag(GgufTokenizerKeys.AddBos, addsBegin) ? [first] : [];
        int[] suffix = eos is { } last && source.ReadFlag(GgufTokenizerKeys.AddEos, addsEnd) ? [last] : [];
        return new PipelineTokenizer(new TokenizerParts
        {
            Vocabulary = vocabulary,
            AddedTokens = source.FindAddedTokens(),
            Normalizers = normalizers,
            PreTokenizer = preTokenizer,
            Model = model,
            LeadingSpace = leadingSpace,
            Prefix = prefix,
            Suffix = suffix,
            PairTemplate = GgufPairTemplate.Make(source, prefix, suffix),
            BosId = bos,
            EosId = eos,
            PadId = source.ReadId(GgufTokenizerKeys.PaddingId),
            UnknownId = source.UnknownId,
            EndIds = [.. GgufTokenizerKeys.EndIds.Select(source.ReadId).OfType<int>(), .. source.ReadIds(Tokenizer.EndOfGenerationKey)],
        });
    }
}
