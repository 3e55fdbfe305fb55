namespace Cairn.Tensors;

/// <summary>
/// One float, or several side by side with the arithmetic of one. Code that is written in it is its own specification:
/// a lane of the wide form computes what <see cref="OneFloat"/> does, bit for bit, because no operation is fused and
/// none mixes lanes.
/// </summary>
/// <typeparam name="TSelf">The width.</typeparam>
internal interface IFloats<TSelf>
    where TSelf : unmanaged, IFloats<TSelf>
{
    /// <summary>Floats side by side.</summary>
    static abstract int Count { get; }

    /// <summary>The same value in every lane.</summary>
    static abstract TSelf Create(float value);

    /// <summary>Lane i gets source[i · stride].</summary>
    static abstract TSelf Gather(ReadOnlySpan<float> source, int stride);

    /// <summary>Writes all lanes.</summary>
    static abstract void Store(TSelf value, Span<float> target);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>The nearest integer, the even one of two.</summary>
    static abstract TSelf Round(TSelf value);

    /// <summary>Per lane: a &lt; b ? a : b.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>Per lane: a &gt; b ? a : b.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The magnitude.</summary>
    static abstract TSelf Abs(TSelf value);

    /// <summary>Per lane: a &lt; b ? then : otherwise.</summary>
    static abstract TSelf IfLess(TSelf a, TSelf b, TSelf then, TSelf otherwise);
}
