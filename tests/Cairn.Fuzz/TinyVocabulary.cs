using Cairn.Models.Gguf;

namespace Cairn.Fuzz;

/// <summary>Tokenizers of few tokens: byte-level BPE, or SentencePiece with byte fallback.</summary>
internal static class TinyVocabulary
{
    /// <summary>Tokens of either.</summary>
    public const int Size = 288;

    private const int Normal = 1;
    private const int Unknown = 2;
    private const int Control = 3;
    private const int Byte = 6;

    /// <summary>Adds the keys of a tokenizer.</summary>
    public static void Write(GgufWriter writer, int size, bool hasSentencePieces)
    {
        var tokens = new List<(string Text, int Type, float Score)>();
        if (hasSentencePieces) AddSentencePieces(tokens);
        else AddByteLevel(tokens);

        while (tokens.Count < size) tokens.Add(($"<extra_{tokens.Count}>", Control, 0));
        writer.Add("tokenizer.ggml.model", hasSentencePieces ? "llama" : "gpt2");
        if (!hasSentencePieces) writer.Add("tokenizer.ggml.pre", "gpt-2");
        writer.Add("tokenizer.ggml.tokens", (IReadOnlyList<string>)[.. tokens.Select(token => token.Text)]);
        writer.Add("tokenizer.ggml.token_type", (IReadOnlyList<int>)[.. tokens.Select(token => token.Type)]);
        if (hasSentencePieces) writer.Add("tokenizer.ggml.scores", (IReadOnlyList<float>)[.. tokens.Select(token => token.Score)]);
        else writer.Add("tokenizer.ggml.merges", (IReadOnlyList<string>)["t h", "th e", "Ġ t", "Ġt he"]);
        writer.Add("tokenizer.ggml.bos_token_id", 1u);
        writer.Add("tokenizer.ggml.eos_token_id", 2u);
        writer.Add("tokenizer.ggml.unknown_token_id", 0u);
        writer.Add("tokenizer.ggml.add_bos_token", true);
    }

    private static void AddSentencePieces(List<(string Text, int Type, float Score)> tokens)
    {
        tokens.AddRange([("<unk>", Unknown, 0), ("<s>", Control, 0), ("</s>", Control, 0)]);
        for (var value = 0; value < 256; value++) tokens.Add(($"<0x{value:X2}>", Byte, 0));
        var score = -1f;
        foreach (var piece in new[] { "▁", "t", "h", "e", "th", "the", "▁t", "▁the", "q", "u" }) tokens.Add((piece, Normal, score--));
    }

    /// <summary>The 256 letters of byte-level BPE: printable bytes stand for themselves, the rest for letters from U+0100 on.</summary>
    private static void AddByteLevel(List<(string Text, int Type, float Score)> tokens)
    {
        tokens.AddRange([("<unk>", Control, 0), ("<s>", Control, 0), ("</s>", Control, 0)]);
        var next = 0x100;
        for (var value = 0; value < 256; value++)
        {
            var isPrintable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            tokens.Add((((char)(isPrintable ? value : next++)).ToString(), Normal, 0));
        }

        foreach (var merged in new[] { "th", "the", "Ġt", "Ġthe" }) tokens.Add((merged, Normal, 0));
    }
}
