using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>
/// How a block's integer dot product becomes part of an output. Each width computes the same operations in the same
/// order with fused multiply-adds, so all agree bit for bit.
/// </summary>
internal interface IBlockScales
{
    /// <summary>f16 numbers of a block.</summary>
    static abstract int Count { get; }

    /// <summary>One output: the total so far plus the block's part.</summary>
    /// <param name="total">Sum of the blocks before.</param>
    /// <param name="dot">Σ q·a of the block, an integer below 2^24.</param>
    /// <param name="d">The block's scale.</param>
    /// <param name="m">The block's minimum; 0 when <see cref="Count"/> is 1.</param>
    /// <param name="scale">Scale of the activations.</param>
    /// <param name="sum">Σ a, an integer.</param>
    static abstract float Add(float total, float dot, float d, float m, float scale, float sum);

    /// <summary>Eight outputs of one token.</summary>
    static abstract Vector256<float> Add(
        Vector256<float> total,
        Vector256<float> dot,
        Vector256<float> d,
        Vector256<float> m,
        Vector256<float> scale,
        Vector256<float> sum);

    /// <summary>Sixteen outputs of one token.</summary>
    static abstract Vector512<float> Add(
        Vector512<float> total,
        Vector512<float> dot,
        Vector512<float> d,
        Vector512<float> m,
        Vector512<float> scale,
        Vector512<float> sum);
}
