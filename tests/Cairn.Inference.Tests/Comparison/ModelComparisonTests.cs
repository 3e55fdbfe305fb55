using Cairn.Inference.Comparison;
using Cairn.Tensors;
using Xunit;

namespace Cairn.Inference.Tests.Comparison;

public sealed class ModelComparisonTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Model_does_not_differ_from_itself()
    {
        using LanguageModel model = SmolLm2.Load(ActivationType.Int8);
        int[] ids = SmolLm2.Perplexity().Ints("ids")[..256];

        ComparisonResult result = ModelComparison.Compare(model, model, ids, 64, cancellationToken: Token);

        Assert.Equal(0, result.MaximumDivergence);
        Assert.Equal(1, result.TopAgreement.Value);
        Assert.Equal(1, result.PerplexityRatio.Value, 1e-12);
        Assert.Equal(4 * 31, result.Histogram[0]);
        Assert.Equal(model.MeasurePerplexity(ids, 64, cancellationToken: Token).Perplexity, result.Model.Perplexity, 1e-9);
    }

    [Fact]
    public void Integer_arithmetic_costs_what_the_reference_measured()
    {
        using LanguageModel exact = SmolLm2.Load(ActivationType.Float32);
        using LanguageModel model = SmolLm2.Load(ActivationType.Int8);
        int[] ids = SmolLm2.Perplexity().Ints("ids")[..1024];

        ComparisonResult result = ModelComparison.Compare(exact, model, ids, 512, cancellationToken: Token);

        Assert.Equal(2 * 255, result.Model.TokenCount);
        Assert.InRange(result.MeanDivergence.Value, 0.001, 0.0035);
        Assert.InRange(result.MeanDivergence.Value, result.MeanDivergence.Low, result.MeanDivergence.High);
        Assert.InRange(result.Divergence99, result.MedianDivergence, 0.02);
        Assert.InRange(result.TopAgreement.Value, 0.94, 0.99);
        Assert.InRange(result.PerplexityRatio.Value, 0.99, 1.01);
        Assert.Equal(result.Model.Perplexity / result.Reference.Perplexity, result.PerplexityRatio.Value, 1e-9);
    }

    [Fact]
    public void Text_shorter_than_a_window_is_refused()
    {
        using LanguageModel model = SmolLm2.Load(ActivationType.Int8);

        Assert.Throws<ArgumentException>(() => ModelComparison.Compare(model, model, [1, 2, 3], 64, cancellationToken: Token));
    }
}
