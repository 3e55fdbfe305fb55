using System.Text.Json.Nodes;
using Cairn.Models.Tokenizers.PreTokenizers;
using Cairn.Models.Tokenizers.Reading;

namespace Cairn.Models.Tokenizers.Writing;

/// <summary>A byte-level BPE vocabulary as tokenizer.json.</summary>
internal static class ByteLevelJson
{
    /// <summary>The sections of the file but added tokens and post-processor.</summary>
    public static JsonObject Describe(GgufVocabulary source)
    {
        PreTokenizerCatalog.TryFindByName(source.Metadata.GetString(GgufTokenizerKeys.PreTokenizer), out var named);
        return new JsonObject
        {
            ["normalizer"] = named!.Composes ? new JsonObject { ["type"] = "NFC" } : null,
            ["pre_tokenizer"] = PreTokenizer(named),
            ["decoder"] = ByteLevel(addsSpace: true, usesRule: true),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["ignore_merges"] = named.TakesWholePieces,
                ["vocab"] = VocabularyJson.Describe(source),
                ["merges"] = new JsonArray([.. source.Metadata.GetStrings(GgufTokenizerKeys.Merges).Select(merge => (JsonNode)merge)]),
            },
        };
    }

    /// <summary>The step that spells text in the byte alphabet.</summary>
    public static JsonObject ByteLevel(bool addsSpace, bool usesRule) => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = addsSpace,
        ["trim_offsets"] = true,
        ["use_regex"] = usesRule,
    };

    private static JsonObject PreTokenizer(NamedPreTokenizer named)
    {
        var last = ByteLevel(addsSpace: false, usesRule: named.Expressions.Count == 0);
        JsonObject[] steps = named.IsolatesDigits
            ? [new JsonObject { ["type"] = "Digits", ["individual_digits"] = true }, last]
            : [.. named.Expressions.Select(Split), last];
        return steps.Length == 1 ? last : new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray([.. steps]) };
    }

    private static JsonObject Split(string expression) => new()
    {
        ["type"] = "Split",
        ["pattern"] = new JsonObject { ["Regex"] = expression },
        ["behavior"] = "Isolated",
        ["invert"] = false,
    };
}
