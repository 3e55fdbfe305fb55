using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

/// <summary>Quantised files with 8-bit activations: how far the integer arithmetic is from floats.</summary>
/// <remarks>
/// The bound is twice what llama.cpp's own integer path has against the same weights in floats; the float path has been
/// compared with the reference (<see cref="DecoderGoldenTests"/>).
/// </remarks>
public sealed class DecoderInt8GoldenTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("llama-256/gguf/llama-256-q4_k_m")]
    [InlineData("llama-256/gguf/llama-256-mixed")]
    [InlineData("qwen3/gguf/qwen3-q8_0")]
    [InlineData("qwen3/gguf/qwen3-q4_0")]
    public void Divergence_from_the_float_path_is_at_most_twice_llama_cpp_s(string file)
    {
        string name = file.Split('/')[0];
        using var golden = new ArchitectureGolden(name);
        int[] ids = golden.Get("hundred").Ids;
        double peer = golden.Json.GetProperty("gguf").GetProperty("files").GetProperty(Path.GetFileName(file) + ".gguf")
            .GetProperty("llama_cpp_against_dequantised").GetProperty("hundred").GetProperty("mean_kl").GetDouble();
        float[][] floats = Logits(file, ActivationType.Float32, ids);
        float[][] integers = Logits(file, ActivationType.Int8, ids);

        double divergence = floats.Zip(integers, Divergence).Average();
        double agreement = floats.Zip(integers, (a, b) => TestDecoder.ArgMax(a) == TestDecoder.ArgMax(b) ? 1.0 : 0).Average();
        output.WriteLine($"{file}: mean KL {divergence:E2}, llama.cpp {peer:E2}, same first token {agreement:P0}");
        Assert.True(divergence <= 2 * peer, $"mean KL {divergence:E2}, more than twice llama.cpp's {peer:E2}");
    }

    private static float[][] Logits(string file, ActivationType activation, int[] ids)
    {
        using var model = new TestDecoder(SharedFiles.Golden($"architectures/{file}.gguf"), activation);
        return model.Logits(ids);
    }

    /// <summary>Σ p · ln(p / q).</summary>
    private static double Divergence(float[] p, float[] q)
    {
        (double p0, double q0) = (TestDecoder.LogSumExp(p), TestDecoder.LogSumExp(q));
        return p.Zip(q, (a, b) => Math.Exp(a - p0) * (a - p0 - (b - q0))).Sum();
    }
}
