using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>
/// 8-bit activations [tokens, columns]: tiles of four tokens, the last of one to four, in one buffer of
/// <see cref="Bytes"/>. A scale belongs to 32 columns (<see cref="BlockToken"/>), or to 256
/// (<see cref="SuperBlockToken"/>).
/// </summary>
internal unsafe readonly struct Int8Activations(byte* buffer, int tokens, int columns, ActivationForm form)
{
    /// <summary>Tokens of a tile: the kernels multiply four at a time.</summary>
    public const int TileTokens = 4;

    private readonly byte* _buffer = buffer;

    /// <summary>Tiles, the units that are quantised one by one; the last may lack tokens.</summary>
    public int TileCount => (tokens + TileTokens - 1) / TileTokens;

    /// <summary>Bytes of a tile of four tokens.</summary>
    public long TileBytes => TileTokens * RowBytes;

    private long RowBytes => Bytes(1, columns, form);

    /// <summary>Bytes of the buffer.</summary>
    public static long Bytes(int tokens, int columns, ActivationForm form) =>
        form == ActivationForm.SuperBlocks
            ? (long)tokens * columns / SuperBlock.Size * SuperBlockToken.TokenBytes
            : (long)tokens * columns / BlockToken.Columns * BlockToken.TokenBytes;

    /// <summary>A tile.</summary>
    public byte* Tile(int tile) => _buffer + (tile * TileBytes);

    /// <summary>Tokens of a tile: four but for the last.</summary>
    public int TokensOf(int tile) => Math.Min(TileTokens, tokens - (tile * TileTokens));

    /// <summary>Any token's place, where a scale belongs to 32 columns.</summary>
    public BlockToken Blocks(int token) =>
        new(Tile(token / TileTokens), TokensOf(token / TileTokens), token % TileTokens);

    /// <summary>Any token's place, where a scale belongs to 256 columns.</summary>
    public SuperBlockToken SuperBlocks(int token) =>
        new(Tile(token / TileTokens), TokensOf(token / TileTokens), token % TileTokens);

    /// <summary>Quantises the tokens of a tile.</summary>
    /// <param name="x">Float activations, [tokens, columns] row-major.</param>
    /// <param name="tile">0 to <see cref="TileCount"/> − 1.</param>
    public void Quantize(float* x, int tile)
    {
        var token = tile * TileTokens;
        if (form == ActivationForm.Blocks && Avx2.IsSupported && TokensOf(tile) == TileTokens)
        {
            ActivationTileQuantizer.Apply(x + ((long)token * columns), columns, Tile(tile));
            return;
        }

        for (var end = token + TokensOf(tile); token < end; token++)
        {
            QuantizeToken(x + ((long)token * columns), token);
        }
    }

    private void QuantizeToken(float* x, int token)
    {
        if (form == ActivationForm.SuperBlocks)
        {
            SuperBlockActivationQuantizer.Apply(x, columns, SuperBlocks(token));
            return;
        }

        ActivationQuantizer.Apply(x, columns, Blocks(token));
    }
}
