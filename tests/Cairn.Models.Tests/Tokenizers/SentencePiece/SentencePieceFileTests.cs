using System.Text.Json;
using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers;
using Cairn.Models.Tokenizers.Writing;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers.SentencePiece;

public sealed class SentencePieceFileTests
{
    private static readonly string[] Texts =
        ["The house by the river", " a  b ", "it's «old»!\n\n  Ünïcödé 日本語 🙂", "ﬁ ①½ Ａ", "<unk> </s>", ""];

    [Fact]
    public void Unigram_model_gives_the_same_ids_from_a_GGUF_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("tokenizer.model"), Unigram(fallsBackToBytes: false));
        var expected = Tokenizer.Load(folder.Path);
        var file = SentencePieceFile.Find(folder.Path, expected.VocabularySize + 3)!;

        var got = Convert(file, folder.File("vocabulary.gguf"));

        Assert.Equal(expected.VocabularySize + 3, got.VocabularySize);
        Assert.Equal((expected.BosId, expected.EosId, expected.UnknownId), (got.BosId, got.EosId, got.UnknownId));
        foreach (var text in Texts) Assert.Equal(expected.Encode(text, addSpecial: true), got.Encode(text, addSpecial: true));
    }

    [Theory]
    [InlineData("uni-bytes", "Unigram with bytes")]
    [InlineData("uni-suffix", "a space after the text")]
    public void What_a_GGUF_file_cannot_say_is_refused(string name, string what)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("tokenizer.model"), SentencePieceFixture.Model(name));

        var error = Assert.Throws<ModelFormatException>(() => SentencePieceFile.Find(folder.Path, 100_000));

        Assert.Equal(ModelFormatError.Unsupported, error.Kind);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vocabulary_longer_than_the_embedding_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("tokenizer.model"), Unigram(fallsBackToBytes: false));

        Assert.Equal(ModelFormatError.VocabMismatch, Assert.Throws<ModelFormatException>(() => SentencePieceFile.Find(folder.Path, 5)).Kind);
    }

    [Fact]
    public void Folder_with_a_tokenizer_json_has_no_need_of_the_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("tokenizer.model"), "no model");
        File.WriteAllText(folder.File("tokenizer.json"), "{}");

        Assert.Null(SentencePieceFile.Find(folder.Path, 5));
    }

    private static Tokenizer Convert(SentencePieceFile file, string path)
    {
        var writer = new GgufWriter();
        writer.Add("general.architecture", "llama");
        file.Write(writer);
        foreach (var (key, id) in file.SpecialTokens) writer.Add(key, id);
        writer.Write(path, cancellationToken: TestContext.Current.CancellationToken);
        using var gguf = GgufFile.Open(path);
        return Tokenizer.FromGguf(gguf);
    }

    /// <summary>The pieces and rules of the golden Unigram tokenizer, with the usual special pieces in front.</summary>
    private static byte[] Unigram(bool fallsBackToBytes)
    {
        var root = JsonElement.Parse(File.ReadAllText(SharedFiles.Golden("tokenizers/tiny-unigram/tokenizer.json")));
        string[] special = ["<unk>", "<s>", "</s>"];
        var pieces = root.GetProperty("model").GetProperty("vocab").EnumerateArray()
            .Select(piece => (Text: piece[0].GetString()!, Score: piece[1].GetSingle(), Type: 1))
            .Where(piece => piece.Text is not (['<', .., '>']));
        return SentencePieceProto.Write(
            [(special[0], 0, 2), (special[1], 0, 3), (special[2], 0, 3), .. pieces], isBytePairs: false, fallsBackToBytes, removesExtraSpaces: true,
            FindMap(root.GetProperty("normalizer")));
    }

    private static byte[] FindMap(JsonElement normalizer)
    {
        JsonElement[] steps = normalizer.TryGetProperty("normalizers", out var list) ? [.. list.EnumerateArray()] : [normalizer];
        var map = steps.FirstOrDefault(step => step.TryGetProperty("precompiled_charsmap", out _));
        return map.ValueKind == JsonValueKind.Object ? map.GetProperty("precompiled_charsmap").GetBytesFromBase64() : [];
    }
}
