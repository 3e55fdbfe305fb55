using Cairn.Models.Configuration;
using Cairn.Models.Transformers;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

public sealed class EmbeddingPoolingTests
{
    private static readonly float[] Hidden = [1, 2, 3, 6, 5, 4];

    [Theory]
    [InlineData(Pooling.Mean, 3f, 4f)]
    [InlineData(Pooling.Cls, 1f, 2f)]
    [InlineData(Pooling.Last, 5f, 4f)]
    public void Apply_pools_the_rows(Pooling pooling, float first, float second)
    {
        var embedding = new float[2];
        EmbeddingPooling.Apply(Hidden, pooling, isNormalized: false, embedding);
        Assert.Equal([first, second], embedding);
    }

    [Fact]
    public void Apply_scales_to_unit_length_and_leaves_zero_alone()
    {
        var embedding = new float[2];
        EmbeddingPooling.Apply(Hidden, Pooling.Mean, isNormalized: true, embedding);
        Assert.Equal(0.6f, embedding[0], 1e-6f);
        Assert.Equal(0.8f, embedding[1], 1e-6f);

        EmbeddingPooling.Apply([0, 0], Pooling.Mean, isNormalized: true, embedding);
        Assert.Equal([0f, 0f], embedding);
    }

    [Fact]
    public void Apply_refuses_rows_that_do_not_divide_and_models_without_pooling()
    {
        Assert.Throws<ArgumentException>(() => EmbeddingPooling.Apply([1, 2, 3], Pooling.Mean, true, new float[2]));
        Assert.Throws<ArgumentException>(() => EmbeddingPooling.Apply([], Pooling.Mean, true, new float[2]));
        Assert.Throws<ArgumentException>(() => EmbeddingPooling.Apply([1, 2], Pooling.None, true, new float[2]));
    }
}
