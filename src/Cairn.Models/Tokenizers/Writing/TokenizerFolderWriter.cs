using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cairn.Models.ChatTemplates;
using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers.Reading;

namespace Cairn.Models.Tokenizers.Writing;

/// <summary>
/// Writes the tokenizer of a GGUF file as the files of a Hugging Face folder: tokenizer.json, tokenizer_config.json (with
/// the chat template) and generation_config.json.
/// </summary>
public static class TokenizerFolderWriter
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the files.</summary>
    /// <param name="file">An open file with a vocabulary of kind <c>gpt2</c>, <c>llama</c>, <c>bert</c> or <c>t5</c>.</param>
    /// <param name="folder">An existing folder.</param>
    /// <exception cref="ModelFormatException">The vocabulary is broken, or of a kind that cannot be rebuilt.</exception>
    public static void Write(GgufFile file, string folder)
    {
        ArgumentNullException.ThrowIfNull(file);
        var kind = file.Metadata.GetString(GgufTokenizerKeys.Model);
        var tokenizer = Tokenizer.FromGguf(file); // refuses what is broken or unknown
        var source = GgufVocabulary.Read(file);
        var json = kind switch
        {
            "gpt2" => ByteLevelJson.Describe(source),
            "llama" => SentencePieceJson.Describe(source),
            "bert" => WordPieceJson.Describe(source),
            "t5" => UnigramJson.Describe(source),
            _ => throw new ModelFormatException(
                ModelFormatError.Unsupported, file.Path, $"a tokenizer of kind '{kind}' cannot be rebuilt as tokenizer.json", "gpt2, llama, bert or t5"),
        };
        json["added_tokens"] = AddedTokens(source);
        json["post_processor"] = AroundJson.Describe(source, kind);
        WriteJson(folder, "tokenizer.json", new JsonObject([new("version", "1.0"), new("truncation", null), new("padding", null), .. Detach(json)]));
        WriteJson(folder, "tokenizer_config.json", Configuration(file, source));
        WriteJson(folder, "generation_config.json", Generation(tokenizer));
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Detach(JsonObject json)
    {
        string[] order = ["added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"];
        foreach (var key in order)
        {
            json.Remove(key, out var value);
            yield return new(key, value);
        }
    }

    private static JsonArray AddedTokens(GgufVocabulary source) => new([.. source.FindAddedTokens().Select(token => (JsonNode)new JsonObject
    {
        ["id"] = token.Id,
        ["content"] = token.Content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = token.IsSpecial,
    })]);

    private static JsonObject Configuration(GgufFile file, GgufVocabulary source)
    {
        var config = new JsonObject { ["tokenizer_class"] = "PreTrainedTokenizerFast" };
        foreach (var (key, name) in new[]
        {
            (GgufTokenizerKeys.BosId, "bos_token"), (GgufTokenizerKeys.EosId, "eos_token"),
            (GgufTokenizerKeys.UnknownId, "unk_token"), (GgufTokenizerKeys.PaddingId, "pad_token"),
            (GgufTokenizerKeys.SeparatorId, "sep_token"), ("tokenizer.ggml.mask_token_id", "mask_token"),
        })
        {
            if (source.ReadId(key) is { } id) config[name] = source.Tokens[id];
        }

        if (config.ContainsKey("sep_token") && source.ReadId(GgufTokenizerKeys.BosId) is { } first) config["cls_token"] = source.Tokens[first];
        config["clean_up_tokenization_spaces"] = false;
        if (file.Metadata.TryGetString(ModelChatTemplate.GgufKey, out var template)) config["chat_template"] = template;
        return config;
    }

    private static JsonObject Generation(Tokenizer tokenizer)
    {
        var config = new JsonObject();
        if (tokenizer.BosId is { } bos) config["bos_token_id"] = bos;
        int[] ends = [.. tokenizer.EndOfGenerationIds.Order()];
        if (ends is [var only]) config["eos_token_id"] = only;
        else if (ends.Length > 1) config["eos_token_id"] = new JsonArray([.. ends.Select(id => (JsonNode)id)]);
        if (tokenizer.PadId is { } pad) config["pad_token_id"] = pad;
        return config;
    }

    private static void WriteJson(string folder, string name, JsonObject json) =>
        File.WriteAllText(Path.Combine(folder, name), json.ToJsonString(Indented) + "\n");
}
