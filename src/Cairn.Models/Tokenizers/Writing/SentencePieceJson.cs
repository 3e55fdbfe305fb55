using System.Text.Json.Nodes;
using Cairn.Models.Tokenizers.Reading;

namespace Cairn.Models.Tokenizers.Writing;

/// <summary>A SentencePiece BPE vocabulary as tokenizer.json: its scores become a list of merges.</summary>
internal static class SentencePieceJson
{
    private const string Space = "\u2581";

    /// <summary>The sections of the file but added tokens and post-processor.</summary>
    public static JsonObject Describe(GgufVocabulary source)
    {
        var addsSpace = source.ReadFlag(GgufTokenizerKeys.AddSpacePrefix, absent: true);
        return new JsonObject
        {
            ["normalizer"] = Normalizer(addsSpace),
            ["pre_tokenizer"] = null,
            ["decoder"] = Decoder(addsSpace),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = source.UnknownId is { } unknown ? source.Tokens[unknown] : null,
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = true,
                ["byte_fallback"] = true,
                ["ignore_merges"] = false,
                ["vocab"] = VocabularyJson.Describe(source),
                ["merges"] = new JsonArray([.. Merges(source).Select(merge => (JsonNode)new JsonArray(merge.Left, merge.Right))]),
            },
        };
    }

    /// <summary>Every way to cut a token in two tokens, best token first: what SentencePiece joins by score.</summary>
    private static List<(string Left, string Right)> Merges(GgufVocabulary source)
    {
        var scores = source.ReadScores();
        var tokens = Enumerable.Range(0, scores.Length)
            .Where(id => source.Types[id] is TokenType.Normal or TokenType.Undefined or TokenType.UserDefined)
            .ToList();
        var known = tokens.Select(id => source.Tokens[id]).ToHashSet(StringComparer.Ordinal);
        var merges = new List<(string, string)>();
        foreach (var id in tokens.OrderByDescending(id => scores[id]).ThenBy(id => id))
        {
            var token = source.Tokens[id];
            for (var cut = 1; cut < token.Length; cut++)
            {
                var (left, right) = (token[..cut], token[cut..]);
                if (known.Contains(left) && known.Contains(right)) merges.Add((left, right));
            }
        }

        return merges;
    }

    private static JsonObject Normalizer(bool addsSpace)
    {
        var replace = Replace(" ", Space);
        return addsSpace
            ? new JsonObject
            {
                ["type"] = "Sequence",
                ["normalizers"] = new JsonArray(new JsonObject { ["type"] = "Prepend", ["prepend"] = Space }, replace),
            }
            : replace;
    }

    private static JsonObject Decoder(bool addsSpace)
    {
        var steps = new JsonArray(
            Replace(Space, " "), new JsonObject { ["type"] = "ByteFallback" }, new JsonObject { ["type"] = "Fuse" });
        if (addsSpace) steps.Add((JsonNode)new JsonObject { ["type"] = "Strip", ["content"] = " ", ["start"] = 1, ["stop"] = 0 });
        return new JsonObject { ["type"] = "Sequence", ["decoders"] = steps };
    }

    private static JsonObject Replace(string from, string to) => new()
    {
        ["type"] = "Replace",
        ["pattern"] = new JsonObject { ["String"] = from },
        ["content"] = to,
    };
}
