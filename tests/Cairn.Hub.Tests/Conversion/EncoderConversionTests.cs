using System.Text.Json;
using Cairn.Hub.Conversion;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers;
using Cairn.Testing;
using Xunit;

namespace Cairn.Hub.Tests.Conversion;

/// <summary>Encoder folders of every family become files like those of llama.cpp's converter, and better where that loses something.</summary>
public sealed class EncoderConversionTests
{
    /// <summary>Keys that llama.cpp does not read, that the family implies, or that count the pooler, which its converter drops.</summary>
    private static readonly string[] Except =
    [
        "tokenizer.ggml.pre", "general.size_label", "modern-bert.attention.layer_norm_rms_epsilon", "modern-bert.hidden_activation", "modern-bert.vocab_size",
        "nomic-bert.attention.key_length", "nomic-bert.attention.value_length",
    ];

    [Theory]
    [InlineData("bert", "bert-f16")]
    [InlineData("distilbert", "distilbert-f16")]
    [InlineData("nomic-bert", "nomic-bert-f16")]
    [InlineData("modernbert", "modernbert-f16")]
    [InlineData("xlm-roberta-reranker", "xlm-roberta-reranker-f16")]
    [InlineData("bert-cross-encoder", "bert-cross-encoder-pooler-f16")]
    public void F16_file_has_the_keys_and_tensors_of_llama_cpps_converter(string model, string golden)
    {
        using var folder = new TemporaryFolder();
        using var expected = GgufFile.Open(SharedFiles.Golden($"architectures/{model}/gguf/{golden}.gguf"));
        using var file = Convert(model, folder.File("model.gguf"));

        foreach (var entry in expected.Metadata.Entries.Where(entry => !Except.Contains(entry.Key)))
        {
            Assert.True(file.Metadata.TryGetEntry(entry.Key, out var got), $"{entry.Key} is missing");
            Assert.Equal((entry.Key, entry.TypeText, expected.Metadata.Describe(entry)), (got.Key, got.TypeText, file.Metadata.Describe(got)));
            if (entry.ElementType == GgufValueType.String) Assert.Equal(expected.Metadata.GetStrings(entry.Key), file.Metadata.GetStrings(entry.Key));
        }

        Assert.Equal(
            expected.Tensors.Select(tensor => $"{tensor.Name} {tensor.TypeName} {tensor.ShapeText}").Order(StringComparer.Ordinal),
            file.Tensors.Select(tensor => $"{tensor.Name} {tensor.TypeName} {tensor.ShapeText}").Order(StringComparer.Ordinal));
        foreach (var tensor in expected.Tensors)
        {
            expected.TryGetTensor(tensor.Name, out var theirs);
            file.TryGetTensor(tensor.Name, out var ours);
            Assert.True(theirs.Bytes.SequenceEqual(ours.Bytes), tensor.Name);
        }
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("distilbert")]
    [InlineData("nomic-bert")]
    [InlineData("modernbert")]
    [InlineData("xlm-roberta-reranker")]
    [InlineData("bert-cross-encoder")]
    public void The_file_says_what_the_folder_says(string model)
    {
        using var folder = new TemporaryFolder();
        var source = SharedFiles.Golden($"architectures/{model}/hf");
        using var file = Convert(model, folder.File("model.gguf"));
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedFiles.Golden($"architectures/{model}/expected.json")));

        var expected = EncoderConfiguration.FromFolder(source);
        var got = ModelValidator.ValidateEncoder(file);

        Assert.Equal(expected.Labels, got.Labels);
        Assert.Equal(got.Labels.Count > 0 ? Pooling.Rank : expected.Pooling, got.Pooling);
        Assert.Equal(expected with { Labels = got.Labels, Pooling = got.Pooling }, got);
        var tokenizer = Tokenizer.FromGguf(file);
        foreach (var sequence in golden.RootElement.GetProperty("sequences").EnumerateArray())
        {
            if (!sequence.TryGetProperty("text", out var text)) continue;

            var ids = sequence.TryGetProperty("text_pair", out var second)
                ? tokenizer.EncodePair(text.GetString()!, second.GetString()!).Ids
                : tokenizer.Encode(text.GetString()!, addSpecial: true);
            Assert.Equal(sequence.GetProperty("ids").Deserialize<int[]>(), ids);
        }
    }

    [Fact]
    public void A_tensor_without_a_place_is_refused()
    {
        using var folder = new TemporaryFolder();
        foreach (var path in Directory.GetFiles(SharedFiles.Golden("architectures/xlm-roberta-reranker/hf"))) File.Copy(path, folder.File(Path.GetFileName(path)));
        var config = File.ReadAllText(folder.File("config.json"));
        File.WriteAllText(folder.File("config.json"), config.Replace("\"XLMRobertaForSequenceClassification\"", "\"XLMRobertaModel\"", StringComparison.Ordinal));

        var error = Assert.Throws<ModelFormatException>(
            () => GgufConverter.Convert(folder.Path, folder.File("x.gguf"), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal((ModelFormatError.UnexpectedTensor, "cls.output.bias"), (error.Kind, error.Tensor));
    }

    private static GgufFile Convert(string model, string path)
    {
        GgufConverter.Convert(
            SharedFiles.Golden($"architectures/{model}/hf"), path, new ConversionOptions { Name = $"tiny {model}" },
            cancellationToken: TestContext.Current.CancellationToken);
        return GgufFile.Open(path);
    }
}
