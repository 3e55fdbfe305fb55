using System.Text.Json.Nodes;
using Cairn.Models.Tokenizers.Reading;

namespace Cairn.Models.Tokenizers.Writing;

/// <summary>A WordPiece vocabulary as tokenizer.json.</summary>
internal static class WordPieceJson
{
    private const string ContinuationPrefix = "##";

    /// <summary>The sections of the file but added tokens and post-processor.</summary>
    public static JsonObject Describe(GgufVocabulary source)
    {
        var tokens = GgufWordPieces.Restore(source.Tokens, source.Types, ContinuationPrefix);
        var lowercases = source.ReadFlag(GgufTokenizerKeys.Lowercase, absent: true);
        return new JsonObject
        {
            ["normalizer"] = new JsonObject
            {
                ["type"] = "BertNormalizer",
                ["clean_text"] = true,
                ["handle_chinese_chars"] = true,
                ["strip_accents"] = source.ReadFlag(GgufTokenizerKeys.StripAccents, absent: lowercases),
                ["lowercase"] = lowercases,
            },
            ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
            ["decoder"] = new JsonObject { ["type"] = "WordPiece", ["prefix"] = ContinuationPrefix, ["cleanup"] = true },
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = source.UnknownId is { } unknown ? tokens[unknown] : null,
                ["continuing_subword_prefix"] = ContinuationPrefix,
                ["max_input_chars_per_word"] = 100,
                ["vocab"] = VocabularyJson.Describe(source, tokens),
            },
        };
    }
}
