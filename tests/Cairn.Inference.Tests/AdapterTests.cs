using System.Text.Json;
using Cairn.Inference.Comparison;
using Cairn.Models.Adapters;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Inference.Tests;

/// <summary>LoRA adapters in requests: which cache they may use, and what a request without them is.</summary>
public sealed class AdapterTests : IDisposable
{
    private const string Golden = "architectures/adapters/llama3-plain";

    private readonly LanguageModel _model = LanguageModel.Load(
        SharedFiles.Golden("architectures/llama3/gguf/llama3-f16.gguf"), new ModelLoadOptions { Threads = 1, Activation = ActivationType.Float32 });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Greedy_tokens_equal_those_of_the_reference_with_and_without()
    {
        var adapter = Load();
        int[] prompt = Sequence("seven");
        int[] without = Expected("architectures/llama3/expected.json").GetProperty("greedy")[0].Ints("tokens");
        int[] with = Expected($"{Golden}/expected.json").GetProperty("greedy").Ints("tokens");
        Assert.NotEqual(without, with);

        Assert.Equal(with, await Generate(prompt, AdapterSet.Create(new ActiveAdapter(adapter))));
        Assert.Equal(without, await Generate(prompt, AdapterSet.Empty)); // the same prompt at once: the cache must not serve it
        Assert.Equal(0, _model.ReusedTokens);
        Assert.Equal(with, await Generate(prompt, AdapterSet.Create(new ActiveAdapter(adapter))));
    }

    [Fact]
    public async Task Prompt_cache_is_used_by_an_equal_set_only()
    {
        var adapter = Load();
        int[] prompt = Sequence("forty");
        await Generate(prompt, AdapterSet.Create(new ActiveAdapter(adapter)));
        await Generate(prompt, AdapterSet.Create(new ActiveAdapter(adapter)));
        Assert.Equal(prompt.Length - 1, _model.ReusedTokens);

        await Generate(prompt, AdapterSet.Create(new ActiveAdapter(adapter, 0.5f)));
        Assert.Equal(0, _model.ReusedTokens);
    }

    [Fact]
    public void Scores_and_perplexity_follow_the_adapter()
    {
        var set = AdapterSet.Create(new ActiveAdapter(Load()));
        int[] ids = Sequence("hundred");
        double without = Sum(_model.Score(ids, cancellationToken: Token));
        double with = Sum(_model.Score(ids, adapters: set, cancellationToken: Token));
        Assert.NotEqual(without, with, 1.0);

        double[] continuation = _model.ScoreContinuations(ids.AsSpan(0, 40), [ids[40..50]], set, Token);
        Assert.Equal(_model.Score(ids.AsSpan(0, 50), adapters: set, cancellationToken: Token).LogProbabilities.Skip(40).Sum(), continuation[0], 1e-3);

        var scores = _model.Score(ids.AsSpan(0, 32), adapters: set, cancellationToken: Token).LogProbabilities;
        var perplexity = _model.MeasurePerplexity(ids.AsSpan(0, 32), 32, set, cancellationToken: Token);
        Assert.Equal(-scores.Skip(17).Sum() / 15, perplexity.MeanNegativeLogLikelihood, 1e-3);

        var comparison = ModelComparison.Compare(_model, _model, ids.AsSpan(0, 64), 32, set, cancellationToken: Token);
        Assert.True(comparison.MeanDivergence.Value > 0.1, $"{comparison.MeanDivergence}");
    }

    [Fact]
    public async Task Unloaded_adapter_is_gone()
    {
        var adapter = Load();
        var set = AdapterSet.Create(new ActiveAdapter(adapter));
        Assert.Same(adapter, Assert.Single(_model.Adapters));
        _model.UnloadAdapter(adapter);

        Assert.Empty(_model.Adapters);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Generate([1, 2], set));
        _model.UnloadAdapter(adapter); // nothing left to do
        await Generate([1, 2], AdapterSet.Empty); // the engine is not held by the failed request
    }

    private LoraAdapter Load() => _model.LoadAdapter(SharedFiles.Golden($"{Golden}/peft"));

    private async Task<int[]> Generate(int[] prompt, AdapterSet adapters)
    {
        var options = new GenerationOptions { Temperature = 0, MaxTokens = 24, IgnoreEndOfGeneration = true, Adapters = adapters };
        List<int> ids = [];
        await foreach (var token in _model.GenerateAsync(prompt, options, Token)) ids.Add(token.Id);
        return [.. ids];
    }

    private static double Sum(TokenScores scores) => scores.LogProbabilities.Skip(1).Sum();

    private static int[] Sequence(string name) => Expected("architectures/llama3/expected.json").GetProperty("sequences").EnumerateArray()
        .Single(sequence => sequence.GetProperty("name").GetString() == name).Ints("ids");

    private static JsonElement Expected(string file) => JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Golden(file))).RootElement;
}
