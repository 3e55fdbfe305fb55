using Cairn.Models.Tokenizers.Algorithms;
using Cairn.Models.Tokenizers.PreTokenizers;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Reads a <c>tokenizer.json</c> as the Hugging Face library writes it.</summary>
/// <remarks>
/// Truncation and padding, which belong to a caller and not to a vocabulary, are ignored. Whatever decides ids and is
/// not known here is an error that names it.
/// </remarks>
internal static class JsonTokenizerReader
{
    public static Tokenizer Read(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no tokenizer file '{path}'.", path);

        using var document = JsonFile.Open(path, out var root);
        var addedTokens = JsonVocabularyReader.ReadAddedTokens(root);
        var settings = FolderSettings.Read(path);
        var pieces = JsonVocabularyReader.Read(root, addedTokens, settings.VocabularySize);
        var normalizers = root.Find("normalizer") is { } normalizer ? JsonNormalizerReader.Read(normalizer) : [];
        var preTokenizer = JsonPreTokenizerReader.Read(root.Find("pre_tokenizer"));
        var decoder = JsonDecoderReader.Read(root, preTokenizer.IsByteLevel);
        var vocabulary = new Vocabulary(pieces.Tokens, pieces.Types, decoder.Spelling);
        var model = JsonModelReader.Read(root.Get("model"), pieces, vocabulary, preTokenizer.IsByteLevel);
        var around = JsonPostProcessorReader.Read(root.Find("post_processor"), vocabulary);
        var names = SpecialTokenNames.Read(path, vocabulary, around);

        return new PipelineTokenizer(new TokenizerParts
        {
            Vocabulary = vocabulary,
            AddedTokens = addedTokens,
            Normalizers = normalizers,
            LateNormalizers = preTokenizer.Normalizers,
            PreTokenizer = preTokenizer.Splitter is WholeTextPreTokenizer && model is SentencePieceBpe { SplitsAtWords: true }
                ? new WordStartPreTokenizer()
                : preTokenizer.Splitter,
            Model = model,
            LeadingSpace = decoder.LeadingSpace,
            Prefix = around.Prefix,
            Suffix = around.Suffix,
            PairTemplate = around.Pair,
            BosId = names.BosId,
            EosId = names.EosId,
            PadId = names.PadId,
            UnknownId = names.UnknownId ?? (pieces.UnknownId >= 0 ? pieces.UnknownId : null),
            EndIds = [.. settings.EndIds.Where(id => id < vocabulary.Count)],
        });
    }
}
