using Cairn.Inference.Importance;
using Cairn.Models;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Inference.Tests;

public sealed class ImportanceMeasurementTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_matrix_of_the_layers_counts_every_token()
    {
        using LanguageModel model = LanguageModel.Load(
            SharedFiles.Golden("architectures/llama3/gguf/llama3-f16.gguf"), new ModelLoadOptions { Threads = 2, Activation = ActivationType.Float32 }, Token);
        int[] ids = [.. Enumerable.Range(0, 100).Select(i => (i * 37) % 300)];

        IReadOnlyDictionary<string, ImportanceSums> sums = ImportanceMeasurement.Measure(model, ids, 32, cancellationToken: Token);

        Assert.Equal(7 * model.Configuration.LayerCount, sums.Count);
        Assert.All(sums.Values, entry => Assert.Equal([96f], entry.Counts)); // three windows; the rest is left out
        Assert.All(sums.Values, entry => Assert.All(entry.Squares, value => Assert.True(value >= 0 && float.IsFinite(value))));
        Assert.Equal(sums["blk.0.attn_q.weight"].Squares, sums["blk.0.attn_v.weight"].Squares); // one input
        Assert.NotEqual(sums["blk.0.attn_q.weight"].Squares, sums["blk.1.attn_q.weight"].Squares);
    }

    [Fact]
    public void Experts_count_the_tokens_that_they_got()
    {
        using LanguageModel model = LanguageModel.Load(
            SharedFiles.Golden("architectures/qwen3-moe/gguf/qwen3-moe-f16.gguf"), new ModelLoadOptions { Threads = 2, Activation = ActivationType.Float32 }, Token);
        int[] ids = [.. Enumerable.Range(0, 64).Select(i => (i * 37) % 300)];

        IReadOnlyDictionary<string, ImportanceSums> sums = ImportanceMeasurement.Measure(model, ids, 64, cancellationToken: Token);

        ImportanceSums experts = sums["blk.0.ffn_gate_exps.weight"];
        Assert.Equal(8, experts.Counts.Length);
        Assert.Equal(64 * 3, experts.Counts.Sum());
        Assert.Equal(8 * model.Configuration.HiddenSize, experts.Squares.Length);
        Assert.Equal(8 * model.Configuration.ExpertIntermediateSize, sums["blk.0.ffn_down_exps.weight"].Squares.Length);
        Assert.Equal([64f], sums["blk.0.ffn_gate_inp.weight"].Counts);
    }

    [Fact]
    public void Fused_matrix_counts_its_input_once()
    {
        using LanguageModel model = LanguageModel.Load(
            SharedFiles.Golden("architectures/phi3/gguf/phi3-f16.gguf"), new ModelLoadOptions { Threads = 2, Activation = ActivationType.Float32 }, Token);
        int[] ids = [.. Enumerable.Range(0, 32).Select(i => (i * 37) % 300)];

        IReadOnlyDictionary<string, ImportanceSums> sums = ImportanceMeasurement.Measure(model, ids, 32, cancellationToken: Token);

        Assert.Equal([32f], sums["blk.0.attn_qkv.weight"].Counts);
        Assert.Equal([32f], sums["blk.0.ffn_up.weight"].Counts);
    }
}
