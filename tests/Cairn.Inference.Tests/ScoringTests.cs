using System.Text.Json;
using Cairn.Tensors;
using Xunit;

namespace Cairn.Inference.Tests;

public sealed class ScoringTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("prose-rag")]
    [InlineData("digits-emoji")]
    [InlineData("chat-context")]
    public void Score_equals_the_reference(string id)
    {
        using LanguageModel model = SmolLm2.Load(ActivationType.Float32);
        JsonElement golden = SmolLm2.Case(id);
        int[] ids = golden.Ints("ids");

        TokenScores scores = model.Score(ids, top: 10, cancellationToken: Token);

        Assert.True(double.IsNaN(scores.LogProbabilities[0]));
        Assert.Equal(golden.GetProperty("mean_nll").GetDouble(), -scores.LogProbabilities.Skip(1).Average(), 1e-4);
        foreach (JsonElement position in golden.GetProperty("positions").EnumerateArray())
        {
            int p = position.GetProperty("position").GetInt32();
            double[] best = position.GetProperty("top_logprobs").Deserialize<double[]>()!;
            for (int i = 0; i < best.Length; i++)
                Assert.Equal(best[i], scores.Top[p][i].LogProbability, 1e-3);
        }
    }

    [Fact]
    public void Continuations_score_what_a_pass_over_the_whole_text_scores()
    {
        using LanguageModel model = SmolLm2.Load(ActivationType.Float32);
        int[] ids = SmolLm2.Case("prose-rag").Ints("ids");
        int[][] continuations = [ids[40..], ids[40..41], [], [.. ids[40..44], ids[0]]];

        double[] scores = model.ScoreContinuations(ids.AsSpan(0, 40), continuations, cancellationToken: Token);

        for (int i = 0; i < continuations.Length; i++)
        {
            TokenScores whole = model.Score([.. ids[..40], .. continuations[i]], cancellationToken: Token);
            Assert.Equal(whole.LogProbabilities.Skip(40).Sum(), scores[i], 1e-3);
        }
    }

    [Fact]
    public void Perplexity_equals_the_reference_to_four_digits()
    {
        using LanguageModel model = SmolLm2.Load(ActivationType.Float32);
        JsonElement golden = SmolLm2.Perplexity();

        PerplexityResult result = model.MeasurePerplexity(golden.Ints("ids"), 512, cancellationToken: Token);

        Assert.Equal(8 * 255, result.TokenCount);
        Assert.Equal(golden.GetProperty("half_window").GetProperty("perplexity").GetDouble(), result.Perplexity, 5e-3);
    }

    [Fact]
    public void Perplexity_with_8_bit_activations_stays_within_the_bound()
    {
        using LanguageModel model = SmolLm2.Load(ActivationType.Int8);
        JsonElement golden = SmolLm2.Perplexity();
        double expected = golden.GetProperty("half_window").GetProperty("perplexity").GetDouble();

        PerplexityResult result = model.MeasurePerplexity(golden.Ints("ids"), 512, cancellationToken: Token);

        TestContext.Current.SendDiagnosticMessage("perplexity {0:F4}, {1:P2} above the reference", result.Perplexity, (result.Perplexity / expected) - 1);
        Assert.InRange(result.Perplexity / expected, 0.992, 1.008);
    }

    [Fact]
    public void Impossible_requests_are_refused()
    {
        using LanguageModel model = SmolLm2.Load(ActivationType.Int8, contextLength: 64);
        Assert.Throws<ArgumentException>(() => model.Score([], cancellationToken: Token));
        var error = Assert.Throws<ArgumentException>(() => model.Score([1, 49_152], cancellationToken: Token));
        Assert.Contains("49152", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => model.MeasurePerplexity([1, 2, 3], 32, cancellationToken: Token));
        Assert.Throws<ContextOverflowException>(() => model.MeasurePerplexity(new int[200], 128, cancellationToken: Token));
    }
}
