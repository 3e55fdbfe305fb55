using Cairn.Models.Transformers;
using Cairn.Tensors.Attention;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

public sealed class KvCacheTests
{
    private static readonly KvBlockLayout Layout = new(headDim: 24, KvElementType.F16);

    [Fact]
    public void Blocks_are_allocated_when_the_sequence_reaches_them_and_freed_when_it_shrinks()
    {
        using var cache = new KvCache(Layout, layerCount: 2, kvHeadCount: 3, contextLength: 1000);
        Assert.Equal(0, cache.OwnedBytes);

        cache.Reserve(129);
        cache.Advance(129);
        long two = cache.OwnedBytes;
        cache.Reserve(256);
        Assert.Equal(two, cache.OwnedBytes);
        Assert.Equal(2 * 2 * 3 * Layout.HeadBytes, two);

        cache.Truncate(128);
        cache.Trim();
        Assert.Equal(two / 2, cache.OwnedBytes);
        Assert.Equal(128, cache.Length);
    }

    [Fact]
    public void Truncating_to_more_than_there_is_is_refused()
    {
        using var cache = new KvCache(Layout, 1, 1, 10);
        cache.Reserve(3);
        cache.Advance(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Truncate(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Truncate(-1));
    }
}
