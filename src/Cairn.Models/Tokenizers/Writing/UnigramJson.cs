using System.Text.Json.Nodes;
using Cairn.Models.Tokenizers.Reading;

namespace Cairn.Models.Tokenizers.Writing;

/// <summary>A SentencePiece Unigram vocabulary as tokenizer.json.</summary>
/// <remarks>
/// Such a file cannot say everything: a text that begins with a space gets no second one in front unless extra spaces go
/// anyway, and one that spells a control or byte piece (<c>&lt;0x41&gt;</c>) becomes that piece.
/// </remarks>
internal static class UnigramJson
{
    private const string Space = "\u2581";

    /// <summary>The sections of the file but added tokens and post-processor.</summary>
    public static JsonObject Describe(GgufVocabulary source)
    {
        var scores = source.ReadScores();
        var metaspace = new JsonObject
        {
            ["type"] = "Metaspace",
            ["replacement"] = Space,
            ["prepend_scheme"] = source.ReadFlag(GgufTokenizerKeys.AddSpacePrefix, absent: false) ? "always" : "never",
            ["split"] = true,
        };
        var collapses = source.ReadFlag(GgufTokenizerKeys.RemoveExtraSpaces, absent: false);
        return new JsonObject
        {
            ["normalizer"] = CharacterMap(source),
            ["pre_tokenizer"] = collapses
                ? new JsonObject
                {
                    ["type"] = "Sequence",
                    ["pretokenizers"] = new JsonArray(new JsonObject { ["type"] = "WhitespaceSplit" }, metaspace),
                }
                : metaspace,
            ["decoder"] = metaspace.DeepClone(),
            ["model"] = new JsonObject
            {
                ["type"] = "Unigram",
                ["unk_id"] = source.UnknownId,
                ["byte_fallback"] = false,
                ["vocab"] = new JsonArray([.. source.Tokens.Select((token, id) => (JsonNode)new JsonArray(token, (double)scores[id]))]),
            },
        };
    }

    private static JsonObject? CharacterMap(GgufVocabulary source) => source.Metadata.Contains(GgufTokenizerKeys.CharacterMap)
        ? new JsonObject
        {
            ["type"] = "Precompiled",
            ["precompiled_charsmap"] = Convert.ToBase64String(source.Metadata.GetBytes(GgufTokenizerKeys.CharacterMap)),
        }
        : null;
}
