namespace Cairn.Tensors;

/// <summary>A block of 32 weights with one f16 scale, and in some formats an f16 minimum: w[i] = d · level[i] + m.</summary>
/// <typeparam name="TSelf">The block.</typeparam>
/// <typeparam name="TLevels">The numbers that a code stands for.</typeparam>
internal interface IScaledBlock<TSelf, TLevels>
    where TSelf : unmanaged, IScaledBlock<TSelf, TLevels>
    where TLevels : struct, ILevels
{
    /// <summary>Number of the format in model files.</summary>
    static abstract GgmlType Type { get; }

    /// <summary>The levels; code c is the c-th of them.</summary>
    static abstract TLevels QuantLevels { get; }

    /// <summary>Whether there is an m.</summary>
    static abstract bool HasMinimum { get; }

    /// <summary>Stores d, m (unused in a format without) and 32 codes.</summary>
    static abstract void Set(ref TSelf block, Half scale, Half minimum, ReadOnlySpan<byte> codes);
}
