using System.Text.Json;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers;

namespace Cairn.Hub.Conversion;

/// <summary>A byte-level BPE vocabulary in GGUF's form: tokens, merges, and the name of the rule that splits text.</summary>
internal sealed class ByteLevelVocabulary
{
    /// <summary>Keys of special tokens, in the order of llama.cpp's converter.</summary>
    internal static readonly (string Key, string Token)[] SpecialTokens =
    [
        ("tokenizer.ggml.bos_token_id", "bos_token"),
        ("tokenizer.ggml.eos_token_id", "eos_token"),
        ("tokenizer.ggml.unknown_token_id", "unk_token"),
        ("tokenizer.ggml.padding_token_id", "pad_token"),
    ];

    private static readonly string[] Sections = ["normalizer", "pre_tokenizer"];

    private readonly TokenizerJson _tokenizer;
    private readonly ModelFolderFile _config;
    private readonly string _preTokenizer;
    private readonly DecoderTokens _decoderTokens;

    private ByteLevelVocabulary(TokenizerJson tokenizer, ModelFolderFile config, string preTokenizer, ModelFolder folder) =>
        (_tokenizer, _config, _preTokenizer, _decoderTokens) = (tokenizer, config, preTokenizer, new DecoderTokens(folder));

    /// <summary>Reads tokenizer.json, tokenizer_config.json and the chat template.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="size">Rows of the token embedding.</param>
    /// <exception cref="ModelFormatException">The tokenizer is missing, broken or no byte-level BPE with a known split.</exception>
    public static ByteLevelVocabulary Read(ModelFolder folder, int size)
    {
        var tokenizer = TokenizerJson.Read(folder, size, "BPE");
        var config = folder.ReadRequired("tokenizer_config.json");
        return new ByteLevelVocabulary(tokenizer, config, ReadPreTokenizer(tokenizer.File), folder);
    }

    /// <summary>Writes the tokenizer's keys.</summary>
    public void Write(GgufWriter writer)
    {
        WriteTokens(writer);
        _decoderTokens.Write(writer, _tokenizer.FindSpecial(_config, SpecialTokens));
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
        writer.Add("tokenizer.ggml.merges", ReadMerges(_tokenizer));
    }

    /// <summary>Merges as texts with one space: newer files hold pairs.</summary>
    internal static List<string> ReadMerges(TokenizerJson tokenizer)
    {
        var merges = new List<string>();
        foreach (var merge in TokenizerJson.Member(tokenizer.File, tokenizer.Model, "merges", JsonValueKind.Array).EnumerateArray())
        {
            var parts = merge.ValueKind switch
            {
                JsonValueKind.String => merge.GetString()!.Split(' '),
                JsonValueKind.Array => [.. merge.EnumerateArray().Select(part => part.ToString())],
                _ => [],
            };
            if (parts is not [{ Length: > 0 } left, { Length: > 0 } right] || left.Contains(' ') || right.Contains(' '))
            {
                throw TokenizerJson.Bad(tokenizer.File, ModelFormatError.BadConfig, $"merge {merges.Count} is no pair of tokens");
            }

            merges.Add($"{left} {right}");
        }

        return merges;
    }

    /// <summary>GGUF names the split of text into words; one without a name would come out as another.</summary>
    private static string ReadPreTokenizer(ModelFolderFile file) => GgufPreTokenizer.TryFind(file.Root, out var name)
        ? name
        : throw new ModelFormatException(
            ModelFormatError.Unsupported, file.Path, "the tokenizer splits text in a way that GGUF has no name for",
            GgufPreTokenizer.Names, Describe(file));

    private static string Describe(ModelFolderFile file)
    {
        const int Most = 300;
        var text = string.Join(", ", Sections
            .Where(key => file.TryGet(key, out _))
            .Select(key => $"{key} {file.Root.GetProperty(key).GetRawText().ReplaceLineEndings("")}"));
        return text.Length > Most ? text[..Most] + "…" : text;
    }
}
