using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>
/// A block of 256 weights in sub-blocks that have small integers for scales ("K-quants"):
/// w[i] = (d · s[j]) · q[i] − (m · t[j]) with j = i / <see cref="SubBlockSize"/>; formats without minima have no second term.
/// </summary>
/// <typeparam name="TSelf">The block.</typeparam>
/// <remarks>Layouts: <c>ggml-common.h</c> of ggml. Static methods, so that no block is copied for a call.</remarks>
internal interface ISuperBlock<TSelf>
    where TSelf : unmanaged, ISuperBlock<TSelf>
{
    /// <summary>Number of the format in model files.</summary>
    static abstract GgmlType Type { get; }

    /// <summary>Weights that share a scale: 16 or 32.</summary>
    static abstract int SubBlockSize { get; }

    /// <summary>Smallest quant.</summary>
    static abstract int LowestQuant { get; }

    /// <summary>Largest quant.</summary>
    static abstract int HighestQuant { get; }

    /// <summary>Smallest scale s of a sub-block; negative where scales have signs.</summary>
    static abstract int LowestScale { get; }

    /// <summary>Largest scale s of a sub-block.</summary>
    static abstract int HighestScale { get; }

    /// <summary>Largest minimum t of a sub-block; 0 for a format without minima.</summary>
    static abstract int HighestMinimum { get; }

    /// <summary>d · s[j], exact in float32.</summary>
    static abstract float Step(in TSelf block, int subBlock);

    /// <summary>m · t[j], exact in float32; 0 for a format without minima.</summary>
    static abstract float Minimum(in TSelf block, int subBlock);

    /// <summary>q[i], the specification of <see cref="Load"/>.</summary>
    static abstract int Quant(in TSelf block, int i);

    /// <summary>Sixteen quants from quant <paramref name="i"/> on, a multiple of 16, less <see cref="LowestQuant"/>.</summary>
    static abstract Vector128<byte> Load(in TSelf block, int i);

    /// <summary>Stores all 256 quants, in the order of the weights; what <see cref="Load"/> reads.</summary>
    static abstract void Pack(ref TSelf block, ReadOnlySpan<sbyte> quants);

    /// <summary>Stores the scales: d and s[j], m and t[j].</summary>
    static abstract void SetScales(
        ref TSelf block, Half scale, ReadOnlySpan<int> scales, Half minimumScale, ReadOnlySpan<int> minima);

    /// <summary>Reads what <see cref="SetScales"/> stored: d and s[j], m and t[j] (zeros for a format without minima).</summary>
    static abstract (Half Scale, Half MinimumScale) GetScales(in TSelf block, Span<sbyte> scales, Span<byte> minima);
}
