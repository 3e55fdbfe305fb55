using Cairn.Retrieval.Search;
using Xunit;

namespace Cairn.Retrieval.Tests.Search;

public sealed class MinMaxFusionTests
{
    [Fact]
    public void Fusion_scales_each_list_and_counts_missing_as_zero()
    {
        var fused = MinMaxFusion.Fuse([(1, 10), (2, 6), (3, 2)], [(2, 0.9), (3, 0.5), (4, 0.1)], 0.5);

        // keyword 1, ½, 0; vector 1, ½, 0
        Assert.Equal([2, 1, 3, 4], fused.Select(hit => hit.Id));
        Assert.Equal([0.75, 0.5, 0.25, 0], fused.Select(hit => Math.Round(hit.Score, 12)));
        Assert.Equal((6.0, 0.9), (fused[0].KeywordScore, fused[0].VectorScore));
        Assert.Null(fused[1].VectorScore);
        Assert.Null(fused[3].KeywordScore);
    }

    [Fact]
    public void Fusion_weights_the_vector_list_by_alpha()
    {
        var fused = MinMaxFusion.Fuse([(1, 3), (2, 1)], [(2, 0.8), (1, 0.2)], 0.7);

        Assert.Equal([2, 1], fused.Select(hit => hit.Id));
        Assert.Equal([0.7, 0.3], fused.Select(hit => Math.Round(hit.Score, 12)));
    }

    [Fact]
    public void Fusion_gives_a_single_hit_and_equal_scores_one()
    {
        var fused = MinMaxFusion.Fuse([(7, -3)], [(8, 0.4), (9, 0.4)], 0.5);

        Assert.All(fused, hit => Assert.Equal(0.5, hit.Score));
        Assert.Equal([7, 8, 9], fused.Select(hit => hit.Id));
    }

    [Fact]
    public void Fusion_of_empty_lists_is_empty() => Assert.Empty(MinMaxFusion.Fuse([], [], 0.5));

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void Fusion_refuses_an_alpha_outside_zero_to_one(double alpha) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MinMaxFusion.Fuse([], [], alpha));
}
