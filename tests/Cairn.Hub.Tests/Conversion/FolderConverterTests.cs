using Cairn.Hub.Conversion;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Safetensors;
using Cairn.Models.Tokenizers;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Hub.Tests.Conversion;

/// <summary>Folder to GGUF and back: the same tensors bit for bit, the same configuration, the same ids.</summary>
public sealed class FolderConverterTests
{
    private const string Text = "The house by the river, 1234 steps away: it's «old»!\n\n  Ünïcödé 日本語 🙂";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("llama2")]
    [InlineData("llama3")]
    [InlineData("llama-linear")]
    [InlineData("llama-yarn")]
    [InlineData("mistral")]
    [InlineData("mixtral")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("qwen3-moe")]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
    [InlineData("phi3")]
    [InlineData("phi3-longrope")]
    [InlineData("granite")]
    [InlineData("olmo2")]
    [InlineData("gpt2")]
    public void Folder_survives_the_way_to_GGUF_and_back(string model)
    {
        using var folder = new TemporaryFolder();
        var original = SharedFiles.Golden($"architectures/{model}/hf");
        var (gguf, back) = (folder.File("model.gguf"), folder.File("back"));
        using var before = SafetensorsFolder.Open(original);
        var type = before.Tensors[0].Type;

        GgufConverter.Convert(original, gguf, new ConversionOptions { Type = GgmlType.F32 }, cancellationToken: Token);
        FolderConverter.Convert(gguf, back, type, cancellationToken: Token);

        using var after = SafetensorsFolder.Open(back);
        Assert.Equal(Names(before), Names(after));
        foreach (var tensor in before.Tensors)
        {
            Assert.True(before.TryGetTensor(tensor.Name, out var expected));
            Assert.True(after.TryGetTensor(tensor.Name, out var got));
            Assert.True(expected.Bytes.SequenceEqual(got.Bytes), tensor.Name);
        }

        Assert.Equal(DecoderConfiguration.FromFolder(original), DecoderConfiguration.FromFolder(back));
        using (var opened = HuggingFaceModel.Open(back)) ModelValidator.ValidateDecoder(opened, opened.Decoder!);
        var (first, second) = (Tokenizer.Load(original), Tokenizer.Load(back));
        Assert.Equal(first.Encode(Text, addSpecial: true), second.Encode(Text, addSpecial: true));
        Assert.Equal(first.EndOfGenerationIds.Order(), second.EndOfGenerationIds.Order());
        Assert.Equal(first.VocabularySize, second.VocabularySize);
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("bert-cross-encoder")]
    [InlineData("distilbert")]
    [InlineData("nomic-bert")]
    [InlineData("modernbert")]
    [InlineData("xlm-roberta-reranker")]
    public void Encoder_survives_the_way_to_GGUF_and_back(string model)
    {
        using var folder = new TemporaryFolder();
        var original = SharedFiles.Golden($"architectures/{model}/hf");
        var (gguf, back) = (folder.File("model.gguf"), folder.File("back"));

        GgufConverter.Convert(original, gguf, new ConversionOptions { Type = GgmlType.F32 }, cancellationToken: Token);
        FolderConverter.Convert(gguf, back, GgmlType.F32, cancellationToken: Token);

        using var file = GgufFile.Open(gguf);
        using var before = HuggingFaceModel.Open(original);
        using var after = HuggingFaceModel.Open(back);
        ModelValidator.ValidateEncoder(after, after.Encoder!);
        foreach (var tensor in file.Tensors) // without what the converter leaves out: the pooler of a sentence encoder
        {
            Assert.True(before.TryGetTensor(tensor.Name, out var expected));
            Assert.True(after.TryGetTensor(tensor.Name, out var got), tensor.Name);
            Assert.Equal(expected.ToFloats(), got.ToFloats());
        }

        Assert.Equal(before.Encoder!.Labels, after.Encoder!.Labels);
        Assert.Equal(before.Encoder with { Labels = [] }, after.Encoder with { Labels = [] });
        var (first, second) = (Tokenizer.Load(original), Tokenizer.Load(back));
        Assert.Equal(first.Encode(Text, addSpecial: true), second.Encode(Text, addSpecial: true));
        var (pair, pairBack) = (first.EncodePair("a river", "by the house"), second.EncodePair("a river", "by the house"));
        Assert.Equal(pair.Ids, pairBack.Ids);
        if (before.Encoder.TokenTypeCount > 0) Assert.Equal(pair.TokenTypes, pairBack.TokenTypes);
    }

    [Fact]
    public void Quantised_file_becomes_a_folder_of_its_dequantised_weights()
    {
        using var folder = new TemporaryFolder();
        var path = SharedFiles.Golden("architectures/qwen3/gguf/qwen3-q8_0.gguf");

        FolderConverter.Convert(path, folder.File("back"), GgmlType.F32, cancellationToken: Token);

        using var file = GgufFile.Open(path);
        using var model = HuggingFaceModel.Open(folder.File("back"));
        foreach (var tensor in file.Tensors)
        {
            Assert.True(file.TryGetTensor(tensor.Name, out var expected));
            Assert.True(model.TryGetTensor(tensor.Name, out var got), tensor.Name);
            Assert.Equal(expected.ToFloats(), got.ToFloats());
        }
    }

    [Fact]
    public void What_config_json_cannot_say_is_refused_and_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        var original = SharedFiles.Golden("architectures/llama2/gguf/llama2-f16.gguf");
        using (var file = GgufFile.Open(original))
        {
            var writer = new GgufWriter();
            foreach (var entry in file.Metadata.Entries) writer.Copy(file.Metadata, entry.Key);
            writer.Add("llama.attention.scale", 0.3f);
            foreach (var tensor in file.Tensors)
            {
                Assert.True(file.TryGetTensor(tensor.Name, out var view));
                var bytes = view.Bytes.ToArray();
                writer.AddTensor(tensor.Name, tensor.Type, tensor.Shape, stream => stream.Write(bytes));
            }

            writer.Write(folder.File("odd.gguf"), cancellationToken: Token);
        }

        var error = Assert.Throws<ModelFormatException>(
            () => FolderConverter.Convert(folder.File("odd.gguf"), folder.File("back"), cancellationToken: Token));

        Assert.Contains("AttentionScale 0.3", error.Message, StringComparison.Ordinal);
        Assert.Equal(["odd.gguf"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Folder_that_holds_something_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("notes.txt"), "mine");

        Assert.Throws<IOException>(() => FolderConverter.Convert(
            SharedFiles.Golden("architectures/llama2/gguf/llama2-f16.gguf"), folder.Path, cancellationToken: Token));

        Assert.Equal("mine", File.ReadAllText(folder.File("notes.txt")));
    }

    private static List<string> Names(SafetensorsFolder folder) =>
        [.. folder.Tensors.Select(tensor => tensor.ToString()).Order(StringComparer.Ordinal)];
}
