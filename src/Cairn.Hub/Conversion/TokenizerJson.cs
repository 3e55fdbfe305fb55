using System.Text.Json;
using Cairn.Models;
using Cairn.Models.Configuration;

namespace Cairn.Hub.Conversion;

/// <summary>The vocabulary of tokenizer.json: every id's text and GGUF's type of it.</summary>
internal sealed class TokenizerJson
{
    /// <summary>GGUF's number of an ordinary token.</summary>
    public const int Normal = 1;

    /// <summary>GGUF's number of a token that steers the model and is never shown.</summary>
    public const int Control = 3;

    /// <summary>GGUF's number of a token that was added and is plain text.</summary>
    public const int UserDefined = 4;

    /// <summary>GGUF's number of an id without a token.</summary>
    public const int Unused = 5;

    private const string FileName = "tokenizer.json";
    /// <summary>Largest file that is believed.</summary>
    public const long MaximumBytes = 64 << 20;

    private readonly Dictionary<string, int> _ids;

    private TokenizerJson(ModelFolderFile file, JsonElement model, Dictionary<string, int> ids, int size)
    {
        (File, Model, _ids) = (file, model, ids);
        Types = new int[size];
        Texts = [.. Enumerable.Range(0, size).Select(id => $"[PAD{id}]")];
        Array.Fill(Types, Unused);
        foreach (var (text, id) in ids) (Texts[id], Types[id]) = (text, Normal);
    }

    /// <summary>The file.</summary>
    public ModelFolderFile File { get; }

    /// <summary>Its <c>model</c> section.</summary>
    public JsonElement Model { get; }

    /// <summary>Text of every id.</summary>
    public string[] Texts { get; }

    /// <summary>Type of every id.</summary>
    public int[] Types { get; }

    /// <summary>Reads a folder's tokenizer.json.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="size">Rows of the token embedding; ids without a token become unused ones.</param>
    /// <param name="type">The algorithm that it must have.</param>
    /// <exception cref="ModelFormatException">The file is missing or broken, or has another algorithm.</exception>
    public static TokenizerJson Read(ModelFolder folder, int size, string type)
    {
        var file = folder.ReadRequired(FileName, MaximumBytes);
        var model = Member(file, file.Root, "model", JsonValueKind.Object);
        RequireText(file, model, "type", type);
        var tokenizer = new TokenizerJson(file, model, ReadIds(file, model, size), size);
        tokenizer.MarkAdded(size);
        return tokenizer;
    }

    /// <summary>The algorithm of a folder's tokenizer.json: <c>WordPiece</c>, <c>BPE</c>, <c>Unigram</c>.</summary>
    /// <exception cref="ModelFormatException">The file is missing or broken.</exception>
    public static string ReadType(ModelFolder folder)
    {
        var file = folder.ReadRequired(FileName, MaximumBytes);
        return Member(file, Member(file, file.Root, "model", JsonValueKind.Object), "type", JsonValueKind.String).GetString()!;
    }

    /// <summary>Ids of the special tokens that tokenizer_config.json names.</summary>
    /// <param name="config">The file.</param>
    /// <param name="keys">GGUF's key for each name, in the order of writing.</param>
    /// <exception cref="ModelFormatException">A name stands for no token.</exception>
    public List<(string Key, uint Id)> FindSpecial(ModelFolderFile config, ReadOnlySpan<(string Key, string Token)> keys)
    {
        var special = new List<(string, uint)>();
        foreach (var (key, name) in keys)
        {
            if (!config.TryGet(name, out var value)) continue;

            var text = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out var content) ? content : value;
            if (text.ValueKind != JsonValueKind.String || !_ids.TryGetValue(text.GetString()!, out var id))
            {
                throw Bad(config, ModelFormatError.VocabMismatch, $"'{name}' names no token of the vocabulary");
            }

            special.Add((key, (uint)id));
        }

        return special;
    }

    /// <summary>A member of an object that must be there.</summary>
    public static JsonElement Member(ModelFolderFile file, JsonElement element, string key, JsonValueKind kind) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) && value.ValueKind == kind
            ? value
            : throw Bad(file, ModelFormatError.BadConfig, $"'{key}' is missing or no {kind}");

    /// <summary>Refuses another text than the expected one.</summary>
    public static void RequireText(ModelFolderFile file, JsonElement element, string key, string expected)
    {
        var value = Member(file, element, key, JsonValueKind.String).GetString();
        if (value == expected) return;

        throw new ModelFormatException(
            ModelFormatError.Unsupported, file.Path, $"'{key}' of the tokenizer is not supported", expected, $"'{value}'");
    }

    /// <summary>The steps of a section: a list's, or the one that stands there alone.</summary>
    /// <param name="key">The section, such as <c>normalizer</c>.</param>
    /// <param name="listKey">Its list where it is a sequence.</param>
    public List<JsonElement> Steps(string key, string listKey)
    {
        if (!File.TryGet(key, out var section)) return [];

        return section.ValueKind == JsonValueKind.Object && section.TryGetProperty(listKey, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()]
            : [section];
    }

    /// <summary>A text of an object; null where there is none.</summary>
    public static string? Text(JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A truth value of an object, or a default.</summary>
    public static bool IsTrue(JsonElement element, string key, bool absent) =>
        element.TryGetProperty(key, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.ValueKind == JsonValueKind.True
            : absent;

    /// <summary>An error about a file of the tokenizer.</summary>
    public static ModelFormatException Bad(ModelFolderFile file, ModelFormatError kind, string problem) => new(kind, file.Path, problem);

    private static Dictionary<string, int> ReadIds(ModelFolderFile file, JsonElement model, int size)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var taken = new HashSet<int>();
        if (model.TryGetProperty("vocab", out var list) && list.ValueKind == JsonValueKind.Array) return ReadPieces(file, list, size);

        foreach (var token in Member(file, model, "vocab", JsonValueKind.Object).EnumerateObject())
        {
            var id = ReadId(file, token.Value, size);
            if (ids.TryAdd(token.Name, id) && taken.Add(id)) continue;

            throw Bad(file, ModelFormatError.VocabMismatch, $"token '{token.Name}' or its id {id} appears twice");
        }

        return ids;
    }

    /// <summary>The ids of a Unigram vocabulary: a list of pieces with their scores, in the order of the ids.</summary>
    private static Dictionary<string, int> ReadPieces(ModelFolderFile file, JsonElement list, int size)
    {
        if (list.GetArrayLength() > size)
        {
            throw Bad(file, ModelFormatError.VocabMismatch, $"the vocabulary has {list.GetArrayLength():N0} tokens, the embedding {size:N0} rows");
        }

        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, piece) in list.EnumerateArray().Index())
        {
            var isPiece = piece.ValueKind == JsonValueKind.Array && piece.GetArrayLength() == 2 && piece[0].ValueKind == JsonValueKind.String;
            if (isPiece && ids.TryAdd(piece[0].GetString()!, id)) continue;

            throw Bad(file, ModelFormatError.VocabMismatch, $"entry {id} of the vocabulary is no piece with a score, or appears twice");
        }

        return ids;
    }

    private void MarkAdded(int size)
    {
        if (!File.TryGet("added_tokens", out var added)) return;
        if (added.ValueKind != JsonValueKind.Array) throw Bad(File, ModelFormatError.BadConfig, "'added_tokens' is no list");

        foreach (var token in added.EnumerateArray())
        {
            var text = Member(File, token, "content", JsonValueKind.String).GetString()!;
            var id = ReadId(File, Member(File, token, "id", JsonValueKind.Number), size);
            _ids[text] = id;
            Texts[id] = text;
            Types[id] = IsTrue(token, "special", absent: false) ? Control : UserDefined;
        }
    }

    private static int ReadId(ModelFolderFile file, JsonElement value, int size) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id) && id >= 0 && id < size
            ? id
            : throw Bad(
                file, ModelFormatError.VocabMismatch, $"token id {value.GetRawText()} is outside the {size:N0} rows of the embedding");
}
