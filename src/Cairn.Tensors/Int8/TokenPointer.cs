namespace Cairn.Tensors;

/// <summary>One token of a tile; its blocks are <see cref="TokenTile.BlockBytes"/> apart.</summary>
internal unsafe readonly struct TokenPointer(byte* tile, int token)
{
    /// <summary>Quants of the token's first block.</summary>
    public readonly sbyte* Quants = (sbyte*)tile + (token * TokenTile.BlockColumns);

    /// <summary>Scale of the token's first block.</summary>
    public readonly float* Scale = (float*)(tile + TokenTile.Scales) + token;

    /// <summary>Sum of the quants of the token's first block.</summary>
    public readonly float* Sum = (float*)(tile + TokenTile.Sums) + token;
}
