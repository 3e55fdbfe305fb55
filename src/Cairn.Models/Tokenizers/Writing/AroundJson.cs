using System.Text.Json.Nodes;
using Cairn.Models.Tokenizers.PreTokenizers;
using Cairn.Models.Tokenizers.Reading;

namespace Cairn.Models.Tokenizers.Writing;

/// <summary>The post-processor of a tokenizer.json: the tokens that a model expects around a sequence.</summary>
internal static class AroundJson
{
    /// <summary>A template with the begin and end tokens that the file asks for; null where it asks for none.</summary>
    /// <param name="source">The vocabulary.</param>
    /// <param name="isSentencePiece">Whether a begin token is the default.</param>
    public static JsonObject? Describe(GgufVocabulary source, bool isSentencePiece)
    {
        var addsByDefault = isSentencePiece
            || (source.Metadata.TryGetString(GgufTokenizerKeys.PreTokenizer, out var name)
                && PreTokenizerCatalog.TryFindByName(name, out var named) && named.AddsBegin);
        var begin = source.ReadFlag(GgufTokenizerKeys.AddBos, addsByDefault) ? source.ReadId(GgufTokenizerKeys.BosId) : null;
        var end = source.ReadFlag(GgufTokenizerKeys.AddEos, absent: false) ? source.ReadId(GgufTokenizerKeys.EosId) : null;
        if (begin is null && end is null) return isSentencePiece ? null : ByteLevelJson.ByteLevel(addsSpace: true, usesRule: true);

        var special = new JsonObject();
        foreach (var id in new[] { begin, end }.OfType<int>().Distinct())
        {
            special[source.Tokens[id]] = new JsonObject
            {
                ["id"] = source.Tokens[id],
                ["ids"] = new JsonArray(id),
                ["tokens"] = new JsonArray(source.Tokens[id]),
            };
        }

        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = Sequence(0, "A"),
            ["pair"] = new JsonArray([.. Nodes(0, "A"), .. Nodes(1, "B")]),
            ["special_tokens"] = special,
        };

        JsonArray Sequence(int type, string part) => new([.. Nodes(type, part)]);

        IEnumerable<JsonNode> Nodes(int type, string part)
        {
            if (begin is { } first) yield return Special(source.Tokens[first], type);
            yield return new JsonObject { ["Sequence"] = new JsonObject { ["id"] = part, ["type_id"] = type } };
            if (end is { } last) yield return Special(source.Tokens[last], type);
        }
    }

    private static JsonObject Special(string token, int type) =>
        new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = type } };
}
