namespace Cairn.Tensors;

/// <summary>One token's place in a <see cref="TokenTile"/> or a <see cref="TokenRow"/>.</summary>
internal unsafe readonly struct TokenSlot(byte* quants, byte* scale, int sumOffset, int blockBytes)
{
    private readonly byte* _quants = quants;
    private readonly byte* _scale = scale;

    /// <summary>The 32 quants of a block.</summary>
    public sbyte* Quants(int block) => (sbyte*)_quants + ((long)block * blockBytes);

    /// <summary>The scale of a block.</summary>
    public ref float Scale(int block) => ref *(float*)(_scale + ((long)block * blockBytes));

    /// <summary>The sum of the quants of a block.</summary>
    public ref float Sum(int block) => ref *(float*)(_scale + sumOffset + ((long)block * blockBytes));
}
