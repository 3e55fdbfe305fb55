using System.Text.Json;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;

namespace Cairn.Hub.Conversion;

/// <summary>A BERT vocabulary in GGUF's form.</summary>
/// <remarks>
/// GGUF marks the beginning of a word with ▁ where WordPiece marks its continuation with ##, so <c>##ing</c> becomes
/// <c>ing</c> and <c>in</c> becomes <c>▁in</c>. Control tokens keep their text.
/// </remarks>
internal sealed class WordPieceVocabulary
{
    private const int Normal = 1;
    private const int Control = 3;
    private const int UserDefined = 4;
    private const int Unused = 5;
    private const string Continuation = "##";
    private const string WordStart = "\u2581";
    private const string TokenizerFile = "tokenizer.json";

    /// <summary>Keys of special tokens, in the order of llama.cpp's converter, which also spells "seperator" so.</summary>
    private static readonly (string Key, string Token)[] SpecialTokens =
    [
        ("tokenizer.ggml.bos_token_id", "cls_token"),
        ("tokenizer.ggml.eos_token_id", "sep_token"),
        ("tokenizer.ggml.unknown_token_id", "unk_token"),
        ("tokenizer.ggml.seperator_token_id", "sep_token"),
        ("tokenizer.ggml.padding_token_id", "pad_token"),
        ("tokenizer.ggml.mask_token_id", "mask_token"),
    ];

    private readonly string[] _tokens;
    private readonly int[] _types;
    private readonly bool _isLowercase;
    private readonly List<(string Key, uint Id)> _special = [];

    private WordPieceVocabulary(string[] tokens, int[] types, bool isLowercase)
    {
        _tokens = tokens;
        _types = types;
        _isLowercase = isLowercase;
    }

    /// <summary>Reads tokenizer.json and tokenizer_config.json.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="size">Rows of the token embedding; ids without a token become unused ones.</param>
    /// <exception cref="ModelFormatException">The tokenizer is missing, broken or no plain BERT WordPiece.</exception>
    public static WordPieceVocabulary Read(ModelFolder folder, int size)
    {
        var file = folder.ReadRequired(TokenizerFile);
        var model = Member(file, file.Root, "model", JsonValueKind.Object);
        RequireText(file, model, "type", "WordPiece");
        RequireText(file, model, "continuing_subword_prefix", Continuation);
        var ids = ReadIds(file, model, size);
        var types = new int[size];
        Array.Fill(types, Unused);
        foreach (var id in ids.Values) types[id] = Normal;
        MarkAdded(file, ids, types, size);

        var tokens = Enumerable.Range(0, size).Select(id => $"{WordStart}[PAD{id}]").ToArray();
        foreach (var (token, id) in ids) tokens[id] = ToGguf(token, types[id]);
        var vocabulary = new WordPieceVocabulary(tokens, types, ReadIsLowercase(file));
        vocabulary.FindSpecial(folder.ReadRequired("tokenizer_config.json"), ids);
        return vocabulary;
    }

    /// <summary>Writes the tokenizer's keys.</summary>
    public void Write(GgufWriter writer, int tokenTypeCount)
    {
        writer.Add("tokenizer.ggml.token_type_count", (uint)tokenTypeCount);
        writer.Add("tokenizer.ggml.model", "bert");
        writer.Add("tokenizer.ggml.tokens", _tokens);
        writer.Add("tokenizer.ggml.token_type", _types);
        foreach (var (key, id) in _special) writer.Add(key, id);
        writer.Add("tokenizer.ggml.add_bos_token", true);
        writer.Add("tokenizer.ggml.add_eos_token", true);
        writer.Add("tokenizer.ggml.add_sep_token", false);
        writer.Add("tokenizer.ggml.normalizer.lowercase", _isLowercase);
    }

    private static string ToGguf(string token, int type) =>
        type == Control ? token
        : token.StartsWith(Continuation, StringComparison.Ordinal) ? token[Continuation.Length..]
        : WordStart + token;

    private static Dictionary<string, int> ReadIds(ModelFolderFile file, JsonElement model, int size)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var taken = new HashSet<int>();
        foreach (var token in Member(file, model, "vocab", JsonValueKind.Object).EnumerateObject())
        {
            var id = ReadId(file, token.Value, size);
            if (!ids.TryAdd(token.Name, id) || !taken.Add(id)) throw Bad(file, ModelFormatError.VocabMismatch, $"token '{token.Name}' or its id {id} appears twice");
        }

        return ids;
    }

    private static void MarkAdded(ModelFolderFile file, Dictionary<string, int> ids, int[] types, int size)
    {
        if (!file.TryGet("added_tokens", out var added)) return;
        if (added.ValueKind != JsonValueKind.Array) throw Bad(file, ModelFormatError.BadConfig, "'added_tokens' is no list");

        foreach (var token in added.EnumerateArray())
        {
            var text = Member(file, token, "content", JsonValueKind.String).GetString()!;
            var id = ReadId(file, Member(file, token, "id", JsonValueKind.Number), size);
            var isSpecial = token.TryGetProperty("special", out var special) && special.ValueKind == JsonValueKind.True;
            ids[text] = id;
            types[id] = isSpecial ? Control : UserDefined;
        }
    }

    private static int ReadId(ModelFolderFile file, JsonElement value, int size)
    {
        var isId = value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _);
        var id = isId ? value.GetInt32() : -1;
        return id >= 0 && id < size ? id : throw Bad(
            file, ModelFormatError.VocabMismatch, $"token id {value.GetRawText()} is outside the {size:N0} rows of the embedding");
    }

    /// <summary>GGUF can say only whether text is lower-cased; the rest of the normaliser must be BERT's default.</summary>
    private static bool ReadIsLowercase(ModelFolderFile file)
    {
        var normalizer = Member(file, file.Root, "normalizer", JsonValueKind.Object);
        RequireText(file, normalizer, "type", "BertNormalizer");
        var isLowercase = IsTrue(normalizer, "lowercase", absent: true);
        var isPlain = IsTrue(normalizer, "clean_text", absent: true)
            && IsTrue(normalizer, "handle_chinese_chars", absent: true)
            && IsTrue(normalizer, "strip_accents", absent: isLowercase) == isLowercase;
        return isPlain ? isLowercase : throw Bad(
            file, ModelFormatError.Unsupported, "the normaliser has settings that GGUF cannot hold (clean_text, handle_chinese_chars, strip_accents)");
    }

    private void FindSpecial(ModelFolderFile config, Dictionary<string, int> ids)
    {
        foreach (var (key, name) in SpecialTokens)
        {
            if (!config.TryGet(name, out var value)) continue;

            var text = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out var content) ? content : value;
            if (text.ValueKind != JsonValueKind.String || !ids.TryGetValue(text.GetString()!, out var id))
            {
                throw Bad(config, ModelFormatError.VocabMismatch, $"'{name}' names no token of the vocabulary");
            }

            _special.Add((key, (uint)id));
        }
    }

    private static bool IsTrue(JsonElement element, string key, bool absent) =>
        element.TryGetProperty(key, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.ValueKind == JsonValueKind.True
            : absent;

    private static void RequireText(ModelFolderFile file, JsonElement element, string key, string expected)
    {
        var value = Member(file, element, key, JsonValueKind.String).GetString();
        if (value != expected)
        {
            throw new ModelFormatException(
                ModelFormatError.Unsupported, file.Path, $"'{key}' of the tokenizer is not supported", expected, $"'{value}'");
        }
    }

    private static JsonElement Member(ModelFolderFile file, JsonElement element, string key, JsonValueKind kind) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) && value.ValueKind == kind
            ? value
            : throw Bad(file, ModelFormatError.BadConfig, $"'{key}' is missing or no {kind}");

    private static ModelFormatException Bad(ModelFolderFile file, ModelFormatError kind, string problem) => new(kind, file.Path, problem);
}
