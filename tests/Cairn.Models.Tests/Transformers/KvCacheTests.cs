using Cairn.Models.Transformers;
using Cairn.Tensors.Attention;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

public sealed class KvCacheTests
{
    private const int KvHeads = 3;

    private static readonly KvBlockLayout Head = new(headDim: 24, KvElementType.F16);

    [Fact]
    public void Blocks_are_allocated_when_the_sequence_reaches_them_and_freed_when_it_shrinks()
    {
        using KvCache cache = Create(contextLength: 1000, 0, 0);
        Assert.Equal(0, cache.OwnedBytes);

        Add(cache, 129);
        long two = cache.OwnedBytes;
        cache.Reserve(256);
        Assert.Equal(two, cache.OwnedBytes);
        Assert.Equal(2 * 2 * KvHeads * Head.HeadBytes, two);

        cache.Truncate(128);
        cache.Trim();
        Assert.Equal(two / 2, cache.OwnedBytes);
        Assert.Equal(128, cache.Length);
    }

    [Fact]
    public void Truncating_to_more_than_there_is_is_refused()
    {
        using KvCache cache = Create(contextLength: 10, 0);
        Add(cache, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Truncate(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Truncate(-1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(128)]
    public void Layers_with_a_window_hold_the_window_and_the_rollback_however_long_the_context(int tokensAtOnce)
    {
        const int Window = 512;
        using KvCache windowed = Create(contextLength: 16 * Window, Window);
        using KvCache mixed = Create(contextLength: 16 * Window, Window, 0, Window);
        long most = 0;
        for (int length = 0; length < 16 * Window; length += tokensAtOnce)
        {
            Add(windowed, tokensAtOnce);
            Add(mixed, tokensAtOnce);
            most = Math.Max(most, windowed.OwnedBytes);
        }

        long block = KvHeads * Head.HeadBytes;
        Assert.InRange(most / block, (Window + KvCache.RollbackTokens) / 128, ((Window + KvCache.RollbackTokens) / 128) + 2);
        Assert.Equal((2 * windowed.OwnedBytes) + (16 * Window / 128 * block), mixed.OwnedBytes);
    }

    [Fact]
    public unsafe void Blocks_keep_their_place_when_those_before_them_go()
    {
        using KvCache cache = Create(contextLength: 100_000, 256);
        for (int length = 0; length < 64 * 200; length += 128)
        {
            Add(cache, 128);
            byte** blocks = cache.BlocksOf(0);
            *blocks[length / 128] = (byte)(length / 128);
        }

        int last = cache.Length / 128;
        for (int block = last - ((256 + KvCache.RollbackTokens) / 128); block < last; block++)
            Assert.Equal((byte)block, *cache.BlocksOf(0)[block]);

        Assert.True(cache.BlocksOf(0)[0] is null);
    }

    [Fact]
    public unsafe void Reused_blocks_are_zero()
    {
        using KvCache cache = Create(contextLength: 100_000, 1);
        for (int block = 0; block < 40; block++)
        {
            Add(cache, 128);
            var memory = new Span<byte>(cache.BlocksOf(0)[block], (int)(KvHeads * Head.HeadBytes));
            Assert.False(memory.ContainsAnyExcept((byte)0), $"block {block}");
            memory.Fill(0xFF);
        }
    }

    [Fact]
    public void Cache_goes_back_as_far_as_its_windows_are_there_or_to_the_start()
    {
        const int Window = 300;
        using KvCache cache = Create(contextLength: 10_000, 0, Window);
        for (int pass = 0; pass < 50; pass++)
            Add(cache, 128);

        int length = cache.Length;
        Assert.True(cache.CanTruncate(length));
        Assert.True(cache.CanTruncate(length - KvCache.RollbackTokens));
        Assert.False(cache.CanTruncate(length - KvCache.RollbackTokens - 400));
        Assert.True(cache.CanTruncate(0));
        Assert.False(cache.CanTruncate(length + 1));
        var error = Assert.Throws<InvalidOperationException>(() => cache.Truncate(1000));
        Assert.Contains("from 6,400 to 1,000 tokens", error.Message, StringComparison.Ordinal);

        cache.Truncate(length - KvCache.RollbackTokens);
        Add(cache, KvCache.RollbackTokens);
        Assert.Equal(length, cache.Length);

        cache.Truncate(0);
        cache.Trim();
        Assert.Equal(0, cache.OwnedBytes);
        Add(cache, 200);
        Assert.True(cache.CanTruncate(1));
        Assert.Equal(2 * 2 * KvHeads * Head.HeadBytes, cache.OwnedBytes);
    }

    private static KvCache Create(int contextLength, params int[] windows) => new(new KvCacheLayout(Head, KvHeads, windows), contextLength);

    private static void Add(KvCache cache, int tokens)
    {
        cache.Reserve(cache.Length + tokens);
        cache.Advance(tokens);
    }
}
