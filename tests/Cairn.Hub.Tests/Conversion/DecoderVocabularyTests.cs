using System.IO.Compression;
using Cairn.Hub.Conversion;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers;
using Cairn.Models.Tokenizers.Writing;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Hub.Tests.Conversion;

/// <summary>Tokenizers of every kind give the same ids from tokenizer.json, from GGUF and from the folder made of that.</summary>
public sealed class DecoderVocabularyTests
{
    private static readonly string[] Texts =
    [
        "", " ", "a", "Hello, world!", "  two  spaces ", "It's 1234567 o'clock: don't WE'LL.", "\r\n\n\ttabs\n", "Ünïcödé é e\u0301",
        "日本語とかな", "🙂👍🏽 émoji", "def f(x):\n    return x ** 2  # power\n", "\u00a0\u2003odd\u200bspaces", "<s> not special </s>",
    ];

    [Theory]
    [InlineData("tiny-bbpe-gpt2", "gpt-2")]
    [InlineData("tiny-bbpe-llama3", "dbrx")] // the split of Llama 3 without its habit of taking whole pieces
    [InlineData("tiny-bbpe-o200k", "gpt-4o")]
    [InlineData("tiny-bbpe-qwen2", "qwen2")]
    public void Ids_stay_the_same_on_both_ways(string name, string pre)
    {
        using var folder = new TemporaryFolder();
        var source = SharedFiles.Golden($"tokenizers/{name}");
        var original = Tokenizer.Load(source);
        var path = Write(folder, source, original.VocabularySize);
        using var file = GgufFile.Open(path);
        var fromFile = Tokenizer.FromGguf(file);
        var back = Directory.CreateDirectory(folder.File("back")).FullName;
        TokenizerFolderWriter.Write(file, back);
        var fromFolder = Tokenizer.Load(back);

        Assert.Equal(pre, file.Metadata.GetString("tokenizer.ggml.pre"));
        foreach (var text in Texts)
        {
            var expected = original.Encode(text, addSpecial: true);
            Assert.Equal(expected, fromFile.Encode(text, addSpecial: true));
            Assert.Equal(expected, fromFolder.Encode(text, addSpecial: true));
            Assert.Equal(original.Decode(expected, skipSpecial: true), fromFolder.Decode(expected, skipSpecial: true));
        }

        Assert.Equal(original.EndOfGenerationIds.Order(), fromFile.EndOfGenerationIds.Order());
        Assert.Equal(original.EndOfGenerationIds.Order(), fromFolder.EndOfGenerationIds.Order());
    }

    [Theory]
    [InlineData("qwen2")]
    [InlineData("mistral-v1")]
    public void Published_vocabulary_is_rebuilt_as_tokenizer_json(string name)
    {
        using var folder = new TemporaryFolder();
        using (var packed = new GZipStream(File.OpenRead(SharedFiles.Golden($"tokenizers/{name}/vocab.gguf.gz")), CompressionMode.Decompress))
        using (var unpacked = File.Create(folder.File("vocab.gguf")))
        {
            packed.CopyTo(unpacked);
        }

        using var file = GgufFile.Open(folder.File("vocab.gguf"));
        TokenizerFolderWriter.Write(file, folder.Path);
        var (expected, got) = (Tokenizer.FromGguf(file), Tokenizer.Load(folder.Path));

        foreach (var text in Texts) Assert.Equal(expected.Encode(text, addSpecial: true), got.Encode(text, addSpecial: true));
        Assert.Equal(expected.EndOfGenerationIds.Order(), got.EndOfGenerationIds.Order());

        using var again = GgufFile.Open(Write(folder, folder.Path, got.VocabularySize));
        var third = Tokenizer.FromGguf(again);
        foreach (var text in Texts) Assert.Equal(expected.Encode(text, addSpecial: true), third.Encode(text, addSpecial: true));
    }

    [Fact]
    public void Merges_that_no_scores_can_say_are_refused()
    {
        using var folder = new TemporaryFolder();
        File.Copy(SharedFiles.Golden("tokenizers/tiny-spm-bpe/tokenizer.json"), folder.File("tokenizer.json"));
        File.WriteAllText(folder.File("tokenizer_config.json"), "{}");

        var error = Assert.Throws<ModelFormatException>(() => SentencePieceVocabulary.Read(new ModelFolder(folder.Path), 100_000));

        Assert.Equal(ModelFormatError.Unsupported, error.Kind);
        Assert.Contains("no merge", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Split_without_a_name_is_refused_with_its_text()
    {
        using var folder = new TemporaryFolder();
        var json = File.ReadAllText(Path.Combine(SharedFiles.Golden("tokenizers/tiny-bbpe-qwen2"), "tokenizer.json"));
        File.WriteAllText(folder.File("tokenizer.json"), json.Replace("[^\\\\s\\\\p{L}\\\\p{N}]+", "[^\\\\s\\\\p{L}\\\\p{N}]*", StringComparison.Ordinal));
        File.WriteAllText(folder.File("tokenizer_config.json"), "{}");

        var error = Assert.Throws<ModelFormatException>(() => ByteLevelVocabulary.Read(new ModelFolder(folder.Path), 100_000));

        Assert.Equal(ModelFormatError.Unsupported, error.Kind);
        Assert.Contains("pre_tokenizer", error.Message, StringComparison.Ordinal);
        Assert.Contains("llama-bpe", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A GGUF file with the vocabulary of a folder and one number as its only tensor.</summary>
    private static string Write(TemporaryFolder folder, string source, int size)
    {
        foreach (var file in Directory.GetFiles(source, "*.json").Where(_ => source != folder.Path)) File.Copy(file, folder.File(Path.GetFileName(file)));
        if (!File.Exists(folder.File("tokenizer_config.json"))) File.WriteAllText(folder.File("tokenizer_config.json"), "{}");
        var model = new ModelFolder(folder.Path);
        var writer = new GgufWriter();
        writer.Add("general.architecture", "llama");
        if (SentencePieceVocabulary.IsKind(model)) SentencePieceVocabulary.Read(model, size).Write(writer);
        else ByteLevelVocabulary.Read(model, size).Write(writer);
        writer.AddTensor("x", GgmlType.F32, [1], stream => stream.Write(new byte[4]));
        writer.Write(folder.File("vocabulary.gguf"), cancellationToken: TestContext.Current.CancellationToken);
        return folder.File("vocabulary.gguf");
    }
}
