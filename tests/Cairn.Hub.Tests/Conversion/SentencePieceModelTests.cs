using Cairn.Hub.Conversion;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers;
using Cairn.Testing;
using Xunit;

namespace Cairn.Hub.Tests.Conversion;

public sealed class SentencePieceModelTests
{
    private const int Size = 320; // rows of the golden model's embedding

    [Fact]
    public void Folder_with_only_a_SentencePiece_model_is_converted()
    {
        using var folder = new TemporaryFolder();
        var (hf, path) = (Directory.CreateDirectory(folder.File("hf")).FullName, folder.File("model.gguf"));
        foreach (var file in Directory.EnumerateFiles(SharedFiles.Golden("architectures/llama2/hf")))
        {
            if (!Path.GetFileName(file).StartsWith("tokenizer", StringComparison.Ordinal)) File.Copy(file, Path.Combine(hf, Path.GetFileName(file)));
        }

        var pieces = Pieces();
        File.WriteAllBytes(
            Path.Combine(hf, "tokenizer.model"),
            SentencePieceProto.Write(pieces, isBytePairs: true, fallsBackToBytes: true, removesExtraSpaces: false, []));

        GgufConverter.Convert(hf, path, cancellationToken: TestContext.Current.CancellationToken);

        using var converted = GgufFile.Open(path);
        ModelValidator.ValidateDecoder(converted);
        var tokens = converted.Metadata.GetStrings("tokenizer.ggml.tokens");
        Assert.Equal(pieces.Select(piece => piece.Text), tokens.Take(pieces.Count));
        Assert.Equal((Size, $"[PAD{Size - 1}]"), (tokens.Length, tokens[^1]));
        Assert.Equal(("llama", 1u, 2u), (
            converted.Metadata.GetString("tokenizer.ggml.model"), converted.Metadata.GetUInt32("tokenizer.ggml.bos_token_id"),
            converted.Metadata.GetUInt32("tokenizer.ggml.eos_token_id")));
        var (expected, got) = (Tokenizer.Load(hf), Tokenizer.FromGguf(converted));
        foreach (var text in new[] { "the heath", "  other  the\n", "Ünïcödé 日本語 🙂", "<s>the</s>" })
        {
            Assert.Equal(expected.Encode(text, addSpecial: true), got.Encode(text, addSpecial: true));
        }

        Assert.Equal([1, pieces.Count - 1], got.Encode("the", addSpecial: true));
    }

    /// <summary>A vocabulary as Llama 2 has it: special pieces, bytes, letters, and what two of them make.</summary>
    private static List<(string Text, float Score, int Type)> Pieces()
    {
        string[] joined = ["he", "▁t", "at", "er", "▁the"];
        return
        [
            ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3),
            .. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", 0f, 6)),
            .. "▁theaor".Select((letter, i) => (letter.ToString(), -100f - i, 1)),
            .. joined.Select((text, i) => (text, -(float)i, 1)),
        ];
    }
}
