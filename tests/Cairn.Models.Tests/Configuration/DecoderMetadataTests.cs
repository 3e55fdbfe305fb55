using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Configuration;

public sealed class DecoderMetadataTests
{
    public static TheoryData<string> Files { get; } =
    [
        "llama2/gguf/llama2-f16", "llama3/gguf/llama3-f16", "llama-linear/gguf/llama-linear-f16",
        "llama-yarn/gguf/llama-yarn-f16", "llama-256/gguf/llama-256-mixed", "mistral/gguf/mistral-f16",
        "qwen2/gguf/qwen2-f16", "qwen3/gguf/qwen3-f16", "qwen3-moe/gguf/qwen3-moe-f16", "mixtral/gguf/mixtral-f16",
        "gemma2/gguf/gemma2-f16", "gemma3/gguf/gemma3-f16", "phi3/gguf/phi3-f16",
        "phi3-longrope/gguf/phi3-longrope-f16", "granite/gguf/granite-f32", "olmo2/gguf/olmo2-f16", "gpt2/gguf/gpt2-f16",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_family_reads_has_its_tensors_and_survives_writing(string name)
    {
        using var file = GgufFile.Open(SharedFiles.Golden($"architectures/{name}.gguf"));
        var configuration = DecoderConfiguration.FromGguf(file);
        foreach (var info in file.Tensors) Assert.Contains(info.Name, DecoderTensors.Of(configuration).Select(tensor => tensor.Name));

        Assert.Equal(configuration, Rewrite(configuration, file));
    }

    [Fact]
    public void What_no_published_file_says_survives_writing_too()
    {
        using var file = GgufFile.Open(SharedFiles.Golden("architectures/gemma3/gguf/gemma3-f16.gguf"));
        var configuration = DecoderConfiguration.FromGguf(file) with
        {
            IsSlidingLayer = LayerPattern.Of([true, false, true, true, false, false, true]),
            AttentionScale = 0.3f,
            EmbeddingScale = 2,
            LogitSoftCap = 20,
        };

        Assert.Equal(configuration, Rewrite(configuration, file));
    }

    [Fact]
    public void Gemma_3_has_a_window_and_a_theta_of_its_own_in_all_but_every_sixth_layer()
    {
        using var file = GgufFile.Open(SharedFiles.Golden("architectures/gemma3/gguf/gemma3-f16.gguf"));

        var configuration = DecoderConfiguration.FromGguf(file);

        Assert.Equal([8, 8, 8, 8, 8, 0, 8], Enumerable.Range(0, 7).Select(configuration.WindowOf));
        Assert.Equal((10_000f, RopeScaling.None), (configuration.RopeOf(4)!.Theta, configuration.RopeOf(4)!.Scaling));
        Assert.Equal((1_000_000f, new LinearRopeScaling(8)), (configuration.RopeOf(5)!.Theta, configuration.RopeOf(5)!.Scaling));
    }

    [Theory]
    [InlineData("rope.scaling.type", "dynamic", "'dynamic'")]
    [InlineData("rope.scaling.yarn_log_multiplier", 0.1f, "got 0.1")]
    [InlineData("attention.clamp_kqv", 8f, "got 8")]
    [InlineData("expert_count", 4u, "experts are not supported in this family")]
    [InlineData("attention.scale", -1f, "a positive number")]
    [InlineData("attn_logit_softcapping", float.NaN, "a number from 0")]
    [InlineData("logit_scale", 1e-42f, "a finite inverse")]
    public void What_is_not_supported_or_impossible_is_refused_by_name(string key, object value, string message)
    {
        using var file = GgufFile.Open(SharedFiles.Golden("architectures/qwen2/gguf/qwen2-f16.gguf"));
        using var folder = new TemporaryFolder();
        var writer = new GgufWriter();
        foreach (var entry in file.Metadata.Keys) writer.Copy(file.Metadata, entry);
        if (value is string text) writer.Add($"qwen2.{key}", text);
        if (value is float number) writer.Add($"qwen2.{key}", number);
        if (value is uint count) writer.Add($"qwen2.{key}", count);
        Write(writer, file, folder.File("changed.gguf"));
        using var changed = GgufFile.Open(folder.File("changed.gguf"));

        var error = Assert.Throws<ModelFormatException>(() => DecoderConfiguration.FromGguf(changed));

        Assert.Contains($"qwen2.{key}", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("olmo2/gguf/olmo2-f16", "olmo2")]
    [InlineData("granite/gguf/granite-f32", "granite")]
    [InlineData("gpt2/gguf/gpt2-f16", "gpt2")]
    public void Window_in_a_family_that_has_none_is_refused_by_name(string name, string architecture)
    {
        using var file = GgufFile.Open(SharedFiles.Golden($"architectures/{name}.gguf"));
        using var folder = new TemporaryFolder();
        var writer = new GgufWriter();
        foreach (var entry in file.Metadata.Keys) writer.Copy(file.Metadata, entry);
        writer.Add($"{architecture}.attention.sliding_window", 8u);
        Write(writer, file, folder.File("changed.gguf"));
        using var changed = GgufFile.Open(folder.File("changed.gguf"));

        var error = Assert.Throws<ModelFormatException>(() => DecoderConfiguration.FromGguf(changed));

        Assert.Equal(ModelFormatError.Unsupported, error.Kind);
        Assert.Contains($"'{architecture}.attention.sliding_window'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_with_a_tensor_for_each_expert_is_refused_with_what_to_do()
    {
        using var file = GgufFile.Open(SharedFiles.Golden("architectures/mixtral/gguf/mixtral-f16.gguf"));
        using var folder = new TemporaryFolder();
        var writer = new GgufWriter();
        foreach (var entry in file.Metadata.Keys) writer.Copy(file.Metadata, entry);
        foreach (var info in file.Tensors)
        {
            var count = info.Name.Contains("_exps.", StringComparison.Ordinal) ? (int)info.Shape[0] : 1;
            for (var i = 0; i < count; i++)
            {
                writer.AddTensor(
                    info.Name.Replace("_exps.", $".{i}.", StringComparison.Ordinal), info.Type, count == 1 ? info.Shape : [.. info.Shape.Skip(1)],
                    stream => stream.Write(new byte[info.SizeInBytes / count]));
            }
        }

        writer.Write(folder.File("old.gguf"), cancellationToken: TestContext.Current.CancellationToken);
        using var old = GgufFile.Open(folder.File("old.gguf"));

        var error = Assert.Throws<ModelFormatException>(() => ModelValidator.ValidateDecoder(old));

        Assert.Equal(ModelFormatError.Unsupported, error.Kind);
        Assert.Contains("a tensor for each expert", error.Message, StringComparison.Ordinal);
        Assert.Contains("cairn convert", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Window_pattern_of_another_length_is_refused()
    {
        using var file = GgufFile.Open(SharedFiles.Golden("architectures/gemma3/gguf/gemma3-f16.gguf"));
        using var folder = new TemporaryFolder();
        var writer = new GgufWriter();
        foreach (var entry in file.Metadata.Keys) writer.Copy(file.Metadata, entry);
        writer.Add("gemma3.attention.sliding_window_pattern", new[] { true, false });
        Write(writer, file, folder.File("changed.gguf"));
        using var changed = GgufFile.Open(folder.File("changed.gguf"));

        var error = Assert.Throws<ModelFormatException>(() => DecoderConfiguration.FromGguf(changed));

        Assert.Contains("each of the 7 layers", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Writes the configuration into a file with the tensors of another and reads it again.</summary>
    private static DecoderConfiguration Rewrite(DecoderConfiguration configuration, GgufFile tensors)
    {
        using var folder = new TemporaryFolder();
        var writer = new GgufWriter();
        writer.Add(Architectures.ArchitectureKey, configuration.Architecture);
        DecoderMetadata.Write(writer, configuration);
        Write(writer, tensors, folder.File("copy.gguf"));
        using var copy = GgufFile.Open(folder.File("copy.gguf"));
        return DecoderConfiguration.FromGguf(copy);
    }

    /// <summary>Completes a file with tensors of the names, types and shapes of another, all zero.</summary>
    private static void Write(GgufWriter writer, GgufFile tensors, string path)
    {
        foreach (var info in tensors.Tensors)
            writer.AddTensor(info.Name, info.Type, info.Shape, stream => stream.Write(new byte[info.SizeInBytes]));
        writer.Write(path);
    }
}
