using System.Text.Json;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;

namespace Cairn.Hub.Conversion;

/// <summary>A byte-level BPE vocabulary in GGUF's form: tokens, merges, and the name of the rule that splits text.</summary>
internal sealed class ByteLevelVocabulary
{
    /// <summary>Keys of special tokens, in the order of llama.cpp's converter.</summary>
    private static readonly (string Key, string Token)[] SpecialTokens =
    [
        ("tokenizer.ggml.bos_token_id", "bos_token"),
        ("tokenizer.ggml.eos_token_id", "eos_token"),
        ("tokenizer.ggml.unknown_token_id", "unk_token"),
        ("tokenizer.ggml.padding_token_id", "pad_token"),
    ];

    private readonly TokenizerJson _tokenizer;
    private readonly ModelFolderFile _config;
    private readonly string _preTokenizer;
    private readonly string? _chatTemplate;

    private ByteLevelVocabulary(TokenizerJson tokenizer, ModelFolderFile config, string preTokenizer, string? chatTemplate) =>
        (_tokenizer, _config, _preTokenizer, _chatTemplate) = (tokenizer, config, preTokenizer, chatTemplate);

    /// <summary>Reads tokenizer.json, tokenizer_config.json and the chat template.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="size">Rows of the token embedding.</param>
    /// <exception cref="ModelFormatException">The tokenizer is missing, broken or no byte-level BPE with a known split.</exception>
    public static ByteLevelVocabulary Read(ModelFolder folder, int size)
    {
        var tokenizer = TokenizerJson.Read(folder, size, "BPE");
        var config = folder.ReadRequired("tokenizer_config.json");
        return new ByteLevelVocabulary(tokenizer, config, ReadPreTokenizer(tokenizer.File), ReadChatTemplate(folder, config));
    }

    /// <summary>Writes the tokenizer's keys.</summary>
    public void Write(GgufWriter writer)
    {
        WriteTokens(writer);
        foreach (var (key, id) in _tokenizer.FindSpecial(_config, SpecialTokens)) writer.Add(key, id);
        foreach (var name in new[] { "add_bos_token", "add_eos_token" })
        {
            if (_config.TryGet(name, out _)) writer.Add("tokenizer.ggml." + name, _config.GetBoolean(name, absent: false));
        }

        if (_chatTemplate is not null) writer.Add("tokenizer.chat_template", _chatTemplate);
    }

    /// <summary>Writes the tokenizer's keys for a model that expects special tokens around every text.</summary>
    /// <param name="writer">Destination.</param>
    /// <param name="tokenTypeCount">Token types of the model.</param>
    /// <param name="doublesSeparator">Whether two texts have two separators between them.</param>
    public void WriteForEncoder(GgufWriter writer, int tokenTypeCount, bool doublesSeparator)
    {
        WriteTokens(writer);
        writer.Add("tokenizer.ggml.token_type_count", (uint)tokenTypeCount);
        EncoderTokens.Write(writer, _tokenizer, _config, doublesSeparator);
    }

    private void WriteTokens(GgufWriter writer)
    {
        writer.Add("tokenizer.ggml.model", "gpt2");
        writer.Add("tokenizer.ggml.pre", _preTokenizer);
        writer.Add("tokenizer.ggml.tokens", _tokenizer.Texts);
        writer.Add("tokenizer.ggml.token_type", _tokenizer.Types);
        writer.Add("tokenizer.ggml.merges", ReadMerges());
    }

    /// <summary>Merges as texts with one space: newer files hold pairs.</summary>
    private List<string> ReadMerges()
    {
        var merges = new List<string>();
        foreach (var merge in TokenizerJson.Member(_tokenizer.File, _tokenizer.Model, "merges", JsonValueKind.Array).EnumerateArray())
        {
            var parts = merge.ValueKind switch
            {
                JsonValueKind.String => merge.GetString()!.Split(' '),
                JsonValueKind.Array => [.. merge.EnumerateArray().Select(part => part.ToString())],
                _ => [],
            };
            if (parts is not [{ Length: > 0 } left, { Length: > 0 } right] || left.Contains(' ') || right.Contains(' '))
            {
                throw TokenizerJson.Bad(_tokenizer.File, ModelFormatError.BadConfig, $"merge {merges.Count} is no pair of tokens");
            }

            merges.Add($"{left} {right}");
        }

        return merges;
    }

    /// <summary>GGUF names the split of text into words; here: GPT-2's expression, alone or with single digits (SmolLM).</summary>
    private static string ReadPreTokenizer(ModelFolderFile file)
    {
        if (file.TryGet("normalizer", out _)) throw Unsupported(file, "a normaliser");

        var split = TokenizerJson.Member(file, file.Root, "pre_tokenizer", JsonValueKind.Object);
        var parts = split.TryGetProperty("pretokenizers", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().ToList()
            : [split];
        return parts switch
        {
            [var only] when IsByteLevel(only) => "gpt-2",
            [var first, var second] when IsDigits(first) && IsByteLevel(second) => "smollm",
            _ => throw Unsupported(file, string.Join(" + ", parts.Select(part => Type(part) ?? "?"))),
        };
    }

    private static bool IsByteLevel(JsonElement part) => Type(part) == "ByteLevel"
        && TokenizerJson.IsTrue(part, "use_regex", absent: true)
        && !TokenizerJson.IsTrue(part, "add_prefix_space", absent: true);

    private static bool IsDigits(JsonElement part) =>
        Type(part) == "Digits" && TokenizerJson.IsTrue(part, "individual_digits", absent: false);

    private static string? Type(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var type) ? type.ToString() : null;

    private static string? ReadChatTemplate(ModelFolder folder, ModelFolderFile config)
    {
        var path = Path.Combine(folder.Path, "chat_template.jinja");
        if (File.Exists(path)) return File.ReadAllText(path);
        return config.TryGet("chat_template", out var template) && template.ValueKind == JsonValueKind.String ? template.GetString() : null;
    }

    private static ModelFormatException Unsupported(ModelFolderFile file, string got) => new(
        ModelFormatError.Unsupported, file.Path, "the tokenizer splits text in a way that is not converted",
        "ByteLevel, or Digits + ByteLevel", got);
}
