namespace Cairn.Tensors;

/// <summary>
/// What a quant of a block of 32 stands for, and how a block's integer dot product becomes part of an output. Each
/// width computes the same operations in the same order with fused multiply-adds, so all agree bit for bit.
/// </summary>
internal interface IBlockScales
{
    /// <summary>f16 numbers of a block.</summary>
    static abstract int Count { get; }

    /// <summary>The weight of a quant.</summary>
    /// <param name="q">The quant.</param>
    /// <param name="d">The block's scale.</param>
    /// <param name="m">The block's minimum; 0 when <see cref="Count"/> is 1.</param>
    static abstract float Weight(int q, float d, float m);

    /// <summary>One output: the total so far plus the block's part.</summary>
    /// <param name="total">Sum of the blocks before.</param>
    /// <param name="dot">Σ q·a of the block, an integer below 2^24.</param>
    /// <param name="d">The block's scale.</param>
    /// <param name="m">The block's minimum; 0 when <see cref="Count"/> is 1.</param>
    /// <param name="scale">Scale of the activations.</param>
    /// <param name="sum">Σ a, an integer.</param>
    static abstract float Add(float total, float dot, float d, float m, float scale, float sum);

    /// <summary>A vector of outputs of one token.</summary>
    static abstract TVector Add<TLanes, TVector>(
        TVector total, TVector dot, TVector d, TVector m, TVector scale, TVector sum)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged;
}
