using System.Text.Json.Nodes;
using Cairn.Models.Tokenizers.PreTokenizers;
using Cairn.Models.Tokenizers.Reading;

namespace Cairn.Models.Tokenizers.Writing;

/// <summary>The post-processor of a tokenizer.json: the tokens that a model expects around a sequence.</summary>
internal static class AroundJson
{
    /// <summary>A template with the begin and end tokens that the file asks for; null where it asks for none.</summary>
    /// <param name="source">The vocabulary.</param>
    /// <param name="kind">GGUF's kind of tokenizer.</param>
    public static JsonObject? Describe(GgufVocabulary source, string kind)
    {
        var addsByDefault = kind is "llama" or "bert"
            || (source.Metadata.TryGetString(GgufTokenizerKeys.PreTokenizer, out var name)
                && PreTokenizerCatalog.TryFindByName(name, out var named) && named.AddsBegin);
        var begin = source.ReadFlag(GgufTokenizerKeys.AddBos, addsByDefault) ? source.ReadId(GgufTokenizerKeys.BosId) : null;
        var end = source.ReadFlag(GgufTokenizerKeys.AddEos, absent: kind is "bert" or "t5") ? source.ReadId(GgufTokenizerKeys.EosId) : null;
        if (begin is null && end is null) return kind != "gpt2" ? null : ByteLevelJson.ByteLevel(addsSpace: true, usesRule: true);

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

        // As files without a template are read: an encoder's second text follows the first one's end, with a separator
        // where the file asks for it, and is of type 1 where there are two types.
        var isEncoder = end is not null;
        var doubled = isEncoder && source.ReadFlag(GgufTokenizerKeys.AddSeparator, absent: false) ? source.ReadId(GgufTokenizerKeys.SeparatorId) : null;
        var second = source.Metadata.TryGetUInt32(GgufTokenizerKeys.TokenTypeCount, out var types) && types > 1 ? 1 : 0;
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray([.. Nodes(begin, "A", 0)]),
            ["pair"] = new JsonArray([.. Nodes(begin, "A", 0), .. Nodes(isEncoder ? doubled : begin, "B", second)]),
            ["special_tokens"] = special,
        };

        IEnumerable<JsonNode> Nodes(int? before, string part, int type)
        {
            if (before is { } first) yield return Special(source.Tokens[first], first == begin ? type : 0);
            yield return new JsonObject { ["Sequence"] = new JsonObject { ["id"] = part, ["type_id"] = type } };
            if (end is { } last) yield return Special(source.Tokens[last], type);
        }
    }

    private static JsonObject Special(string token, int type) =>
        new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = type } };
}
