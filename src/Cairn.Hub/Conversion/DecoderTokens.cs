using Cairn.Models;
using Cairn.Models.ChatTemplates;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers;

namespace Cairn.Hub.Conversion;

/// <summary>What a decoder's GGUF file says besides its vocabulary: tokens around a text, ends of an answer, chat template.</summary>
/// <param name="folder">The model's folder.</param>
internal sealed class DecoderTokens(ModelFolder folder)
{
    private const string BosKey = "tokenizer.ggml.bos_token_id";
    private const string EosKey = "tokenizer.ggml.eos_token_id";

    /// <summary>Writes the keys.</summary>
    /// <param name="writer">Destination.</param>
    /// <param name="special">Special tokens that tokenizer_config.json names, with their keys.</param>
    /// <exception cref="ModelFormatException">The tokenizer puts tokens around a text that GGUF cannot name.</exception>
    public void Write(GgufWriter writer, IReadOnlyList<(string Key, uint Id)> special)
    {
        var tokenizer = Tokenizer.Load(folder.Path);
        var (begin, end) = ReadAround(tokenizer);
        foreach (var (key, id) in special) writer.Add(key, id);
        if (begin && !special.Any(named => named.Key == BosKey)) writer.Add(BosKey, (uint)tokenizer.BosId!);
        if (end && !special.Any(named => named.Key == EosKey)) writer.Add(EosKey, (uint)tokenizer.EosId!);
        writer.Add("tokenizer.ggml.add_bos_token", begin);
        writer.Add("tokenizer.ggml.add_eos_token", end);
        int[] ends = [.. tokenizer.EndOfGenerationIds.Order()];
        if (ends.Length > 1) writer.Add(Tokenizer.EndOfGenerationKey, ends);
        if (ModelChatTemplate.FromFolder(folder.Path, tokenizer: null) is { } template) writer.Add(ModelChatTemplate.GgufKey, template.Source);
    }

    private (bool Begin, bool End) ReadAround(Tokenizer tokenizer)
    {
        const string Sample = "a";
        var (plain, whole) = (tokenizer.Encode(Sample), tokenizer.Encode(Sample, addSpecial: true));
        for (var start = 0; start + plain.Length <= whole.Length; start++)
        {
            if (!whole.AsSpan(start, plain.Length).SequenceEqual(plain)) continue;

            var (prefix, suffix) = (whole[..start], whole[(start + plain.Length)..]);
            var isBegin = prefix is [var first] && first == tokenizer.BosId;
            var isEnd = suffix is [var last] && last == tokenizer.EosId;
            if ((isBegin || prefix.Length == 0) && (isEnd || suffix.Length == 0)) return (isBegin, isEnd);
        }

        throw new ModelFormatException(
            ModelFormatError.Unsupported, folder.Path, "the tokenizer puts tokens around a text that GGUF cannot name",
            "the begin token before it, the end token after it", string.Join(", ", whole.Select(tokenizer.GetToken)));
    }
}
