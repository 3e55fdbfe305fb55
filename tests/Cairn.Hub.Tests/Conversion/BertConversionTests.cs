using Cairn.Hub.Conversion;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.Safetensors;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Hub.Tests.Conversion;

public sealed class BertConversionTests
{
    // llama.cpp's converter was made to write a fixed pre-tokeniser name for the golden; WordPiece has none.
    private const string PreTokenizerKey = "tokenizer.ggml.pre";

    [Fact]
    public void F16_file_equals_the_one_of_llama_cpps_converter()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("bert.gguf");
        using var golden = GgufFile.Open(SharedFiles.Golden("architectures/bert/gguf/bert-f16.gguf"));

        GgufConverter.Convert(
            SharedFiles.Golden("architectures/bert/hf"), path, new ConversionOptions { Name = "tiny bert" },
            cancellationToken: TestContext.Current.CancellationToken);

        using var file = GgufFile.Open(path);
        GgufComparison.AssertContains(file, golden, except: PreTokenizerKey);
        ModelValidator.ValidateEncoder(file);
    }

    [Fact]
    public void Sentence_transformer_settings_are_kept()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("minilm.gguf");
        var source = SharedFiles.Model("all-minilm-l6-v2");

        GgufConverter.Convert(
            source, path, new ConversionOptions { Type = GgmlType.Q8_0 }, cancellationToken: TestContext.Current.CancellationToken);

        using var file = GgufFile.Open(path);
        var expected = EncoderConfiguration.FromFolder(source);
        var got = ModelValidator.ValidateEncoder(file);
        Assert.Equal(expected, got);
        Assert.Equal("apache-2.0", file.Metadata.GetString("general.license"));
        Assert.Equal("all-minilm-l6-v2", file.Metadata.GetString("general.name"));
        Assert.Equal(30522, file.Metadata.GetStrings("tokenizer.ggml.tokens").Length);
    }

    [Fact]
    public void Quantised_weights_stay_close_to_the_source()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("minilm.gguf");
        var source = SharedFiles.Model("all-minilm-l6-v2");
        GgufConverter.Convert(
            source, path, new ConversionOptions { Type = GgmlType.Q8_0 }, cancellationToken: TestContext.Current.CancellationToken);
        using var file = GgufFile.Open(path);
        using var original = SafetensorsFolder.Open(source);

        foreach (var (gguf, huggingFace) in new[]
        {
            ("token_embd.weight", "embeddings.word_embeddings.weight"),
            ("blk.3.ffn_down.weight", "encoder.layer.3.output.dense.weight"),
            ("blk.5.attn_q.weight", "encoder.layer.5.attention.self.query.weight"),
        })
        {
            file.TryGetTensor(gguf, out var got);
            original.TryGetTensor(huggingFace, out var expected);
            Assert.Equal(GgmlType.Q8_0, got.Info.Type);
            Assert.InRange(RelativeError(expected.ToFloats(), got.ToFloats()), 1e-4, 0.01);
        }

        file.TryGetTensor("position_embd.weight", out var positions);
        Assert.Equal(GgmlType.F32, positions.Info.Type);
    }

    [Fact]
    public void Same_folder_and_options_give_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        var source = SharedFiles.Golden("architectures/bert/hf");
        foreach (var name in new[] { "a.gguf", "b.gguf" })
        {
            GgufConverter.Convert(
                source, folder.File(name), new ConversionOptions { Type = GgmlType.Q8_0 },
                cancellationToken: TestContext.Current.CancellationToken);
        }

        Assert.Equal(File.ReadAllBytes(folder.File("a.gguf")), File.ReadAllBytes(folder.File("b.gguf")));
    }

    [Fact]
    public void Progress_reaches_the_end_and_cancelling_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var source = SharedFiles.Golden("architectures/bert/hf");
        var seen = new List<WriteProgress>();
        var stopAtThird = new Recorder(seen, () => { if (seen.Count == 3) stop.Cancel(); });

        Assert.Throws<OperationCanceledException>(
            () => GgufConverter.Convert(source, folder.File("cut.gguf"), null, stopAtThird, stop.Token));
        Assert.Empty(Directory.GetFiles(folder.Path));
        Assert.Equal(3, seen.Count);

        GgufConverter.Convert(
            source, folder.File("full.gguf"), null, new Recorder(seen, () => { }), TestContext.Current.CancellationToken);
        Assert.Equal((seen[^1].TensorCount, seen[^1].TotalBytes), (seen[^1].WrittenTensors, seen[^1].WrittenBytes));
    }

    [Fact]
    public void Other_families_are_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var source = Directory.CreateDirectory(folder.File("mamba")).FullName;
        File.WriteAllText(Path.Combine(source, "config.json"), """{"model_type": "mamba"}""");

        var error = Assert.Throws<ModelFormatException>(
            () => GgufConverter.Convert(source, folder.File("x.gguf"), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(ModelFormatError.Unsupported, error.Kind);
        Assert.Contains("mamba", error.Message, StringComparison.Ordinal);
    }

    private static double RelativeError(float[] expected, float[] got)
    {
        Assert.Equal(expected.Length, got.Length);
        var (error, size) = (0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            error += Math.Pow(expected[i] - got[i], 2);
            size += Math.Pow(expected[i], 2);
        }

        return Math.Sqrt(error / size);
    }

    private sealed class Recorder(List<WriteProgress> seen, Action then) : IProgress<WriteProgress>
    {
        public void Report(WriteProgress value)
        {
            seen.Add(value);
            then();
        }
    }
}
