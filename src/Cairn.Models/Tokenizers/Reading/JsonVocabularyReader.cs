using System.Text.Json;
using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Reads <c>model.vocab</c> and <c>added_tokens</c>.</summary>
internal static class JsonVocabularyReader
{
    /// <summary>Ids a file may leave out; more than that is not a vocabulary but an attempt to make us allocate.</summary>
    private const int MostMissing = 32_768;

    public static IReadOnlyList<AddedToken> ReadAddedTokens(JsonSection root)
    {
        if (root.Find("added_tokens") is not { } list) return [];

        return [.. list.Items().Select(item => new AddedToken(
            item.Get("id").AsInt32(), item.GetString("content"), item.GetBoolean("special", false))
        {
            TakesSpaceBefore = item.GetBoolean("lstrip", false),
            TakesSpaceAfter = item.GetBoolean("rstrip", false),
            IsSingleWord = item.GetBoolean("single_word", false),
            IsNormalized = item.GetBoolean("normalized", false),
        }).Where(token => token.Content.Length > 0)];
    }

    /// <summary>Reads all tokens.</summary>
    /// <param name="root">The file.</param>
    /// <param name="addedTokens">Its added tokens.</param>
    /// <param name="rows">Rows of the model's embedding; the ids beyond the file's own become unused ones.</param>
    public static JsonVocabulary Read(JsonSection root, IReadOnlyList<AddedToken> addedTokens, int rows = 0)
    {
        var model = root.Get("model");
        var vocab = model.Get("vocab");
        var isList = vocab.Element.ValueKind == JsonValueKind.Array;
        var entries = isList ? ReadScored(vocab) : ReadNumbered(vocab);
        var count = CountIds(vocab, entries, addedTokens);
        if (rows - count <= MostMissing) count = Math.Max(count, rows);
        var tokens = new string[count];
        var types = new TokenType[count];
        var isPiece = new bool[count];
        foreach (var (token, id, _) in entries)
        {
            tokens[id] = token;
            isPiece[id] = true;
            types[id] = SentencePieceSpelling.TryParseByte(token, out _) && model.GetBoolean("byte_fallback", false)
                ? TokenType.Byte
                : TokenType.Normal;
        }

        foreach (var token in addedTokens)
        {
            tokens[token.Id] = token.Content;
            types[token.Id] = token.IsSpecial ? TokenType.Control : TokenType.UserDefined;
        }

        var unknown = FindUnknown(model, tokens);
        if (unknown >= 0) types[unknown] = TokenType.Unknown;
        for (var id = 0; id < count; id++)
        {
            if (tokens[id] is not null) continue;

            tokens[id] = $"[PAD{id}]"; // as converters to GGUF write it
            types[id] = TokenType.Unused;
        }

        double[] scores = isList ? [.. entries.Select(entry => entry.Score)] : [];
        return new JsonVocabulary(tokens, types, scores, entries.Count, isPiece, unknown);
    }

    private static List<(string Token, int Id, double Score)> ReadNumbered(JsonSection vocab)
    {
        var entries = new List<(string, int, double)>();
        foreach (var (name, value) in vocab.Properties())
        {
            entries.Add((name, value.AsInt32(), 0));
        }

        return entries;
    }

    private static List<(string Token, int Id, double Score)> ReadScored(JsonSection vocab)
    {
        var entries = new List<(string, int, double)>();
        foreach (var item in vocab.Items())
        {
            var pair = item.Items().Take(3).ToArray();
            if (pair.Length != 2)
            {
                throw item.Error(ModelFormatError.BadMetadata, "a vocabulary entry is malformed", "a token and its score");
            }

            entries.Add((pair[0].AsString(), entries.Count, pair[1].AsDouble()));
        }

        return entries;
    }

    private static int CountIds(
        JsonSection vocab, List<(string Token, int Id, double Score)> entries, IReadOnlyList<AddedToken> addedTokens)
    {
        var ids = entries.Select(entry => entry.Id).Concat(addedTokens.Select(token => token.Id)).ToArray();
        if (ids.Length == 0) throw vocab.Error(ModelFormatError.BadMetadata, "the vocabulary is empty");

        var most = (long)entries.Count + addedTokens.Count + MostMissing;
        foreach (var id in ids)
        {
            if (id >= 0 && id < most) continue;

            throw vocab.Error(
                ModelFormatError.BadValue, "a token id is out of range", $"0 to {most - 1:N0}", $"{id}");
        }

        return ids.Max() + 1;
    }

    private static int FindUnknown(JsonSection model, string[] tokens)
    {
        if (model.Find("unk_id") is { } number)
        {
            var id = number.AsInt32();
            return id >= 0 && id < tokens.Length
                ? id
                : throw number.Error(ModelFormatError.BadValue, "the unknown token does not exist", got: $"{id}");
        }

        if (model.Find("unk_token") is not { } name) return -1;

        var text = name.AsString();
        var found = Array.IndexOf(tokens, text);
        return found >= 0
            ? found
            : throw name.Error(ModelFormatError.BadMetadata, $"the unknown token '{text}' is not in the vocabulary");
    }
}
