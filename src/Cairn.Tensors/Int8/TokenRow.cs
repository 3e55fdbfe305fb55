namespace Cairn.Tensors;

/// <summary>
/// Layout of one token's 8-bit activations: a run of blocks of 32 columns,
/// <c>sbyte quants[32]; float scale; float sum</c>. Small, as every core of a decode step reads it from another's cache.
/// </summary>
internal static unsafe class TokenRow
{
    /// <summary>Byte offset of <c>scale</c> in a block.</summary>
    public const int Scale = TokenTile.BlockColumns;

    /// <summary>Byte offset of <c>sum</c> in a block.</summary>
    public const int Sum = Scale + sizeof(float);

    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = Sum + sizeof(float);

    /// <summary>Bytes of one token.</summary>
    public static long Bytes(int columns) => (long)columns / TokenTile.BlockColumns * BlockBytes;

    /// <summary>Where the token lies.</summary>
    public static TokenSlot Slot(byte* row) => new(row, row + Scale, Sum - Scale, BlockBytes);
}
