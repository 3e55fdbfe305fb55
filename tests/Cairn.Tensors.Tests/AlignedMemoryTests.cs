using Xunit;

namespace Cairn.Tensors.Tests;

public sealed unsafe class AlignedMemoryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(1_500_000)]
    public void Memory_is_aligned_and_zeroed(long length)
    {
        using var memory = new AlignedMemory<float>(length);

        Assert.Equal(0, (nint)memory.Pointer % 64);
        Assert.Equal(length, memory.Length);
        Assert.Equal(-1, memory.AsSpan().IndexOfAnyExcept(0f));
    }

    [Fact]
    public void Span_is_a_window()
    {
        using var memory = new AlignedMemory<int>(100);

        memory.Span(40, 3).Fill(7);

        Assert.Equal([0, 7, 7, 7, 0], memory.Span(39, 5).ToArray());
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(99, 2)]
    [InlineData(0, 101)]
    [InlineData(0, -1)]
    public void Span_outside_the_memory_is_refused(long start, int length)
    {
        using var memory = new AlignedMemory<int>(100);

        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Span(start, length).Length);
    }

    [Fact]
    public void Negative_length_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new AlignedMemory<int>(-1));

    [Fact]
    public void Use_after_dispose_is_refused()
    {
        var memory = new AlignedMemory<int>(10);
        memory.Dispose();
        memory.Dispose();

        Assert.Throws<ObjectDisposedException>(() => memory.AsSpan().Length);
    }
}
