namespace Cairn.Tensors;

/// <summary>
/// Layout of 8-bit activations: four tokens together, because the kernels multiply four at a time. A tile is a run of
/// blocks; a block holds 32 columns of the four tokens in <see cref="BlockBytes"/> bytes:
/// <c>sbyte quants[4][32]; float scales[4]; float sums[4]</c>, so that a kernel follows one pointer.
/// </summary>
/// <remarks>x[t, k] ≈ scales[t] · quants[t][k]; sums[t] = Σ_k quants[t][k], exact. Tokens left over are <see cref="TokenRow"/>s.</remarks>
internal static unsafe class TokenTile
{
    /// <summary>Tokens of a tile.</summary>
    public const int Tokens = 4;

    /// <summary>Columns of a block.</summary>
    public const int BlockColumns = 32;

    /// <summary>Byte offset of <c>scales</c> in a block.</summary>
    public const int Scales = Tokens * BlockColumns;

    /// <summary>Byte offset of <c>sums</c> in a block.</summary>
    public const int Sums = Scales + (Tokens * sizeof(float));

    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = Sums + (Tokens * sizeof(float));

    /// <summary>Bytes of one tile.</summary>
    public static long Bytes(int columns) => (long)columns / BlockColumns * BlockBytes;

    /// <summary>Where token <paramref name="t"/> of a tile lies.</summary>
    public static TokenSlot Slot(byte* tile, int t) =>
        new(tile + (t * BlockColumns), tile + Scales + (t * sizeof(float)), Sums - Scales, BlockBytes);
}
