using Cairn.Models.Configuration;
using Cairn.Models.Gguf;

namespace Cairn.Hub.Conversion;

/// <summary>The keys of an encoder's special tokens, which frame every text.</summary>
internal static class EncoderTokens
{
    /// <summary>Keys of special tokens, in the order of llama.cpp's converter, which also spells "seperator" so.</summary>
    private static readonly (string Key, string Token)[] Names =
    [
        ("tokenizer.ggml.bos_token_id", "cls_token"),
        ("tokenizer.ggml.eos_token_id", "sep_token"),
        ("tokenizer.ggml.unknown_token_id", "unk_token"),
        ("tokenizer.ggml.seperator_token_id", "sep_token"),
        ("tokenizer.ggml.padding_token_id", "pad_token"),
        ("tokenizer.ggml.mask_token_id", "mask_token"),
    ];

    /// <summary>Writes ids and flags.</summary>
    /// <param name="writer">Destination.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="config">tokenizer_config.json.</param>
    /// <param name="doublesSeparator">Whether two texts have two separators between them (RoBERTa).</param>
    public static void Write(GgufWriter writer, TokenizerJson tokenizer, ModelFolderFile config, bool doublesSeparator)
    {
        foreach (var (key, id) in tokenizer.FindSpecial(config, Names)) writer.Add(key, id);
        writer.Add("tokenizer.ggml.add_bos_token", true);
        writer.Add("tokenizer.ggml.add_eos_token", true);
        writer.Add("tokenizer.ggml.add_sep_token", doublesSeparator);
    }
}
