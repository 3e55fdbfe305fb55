namespace Cairn.Tensors;

/// <summary>
/// 8-bit activations [tokens, columns]: whole tiles of four tokens, then the tokens left over, in one buffer of
/// <see cref="Bytes"/>. A scale belongs to 32 columns (<see cref="BlockToken"/>), or to 256
/// (<see cref="SuperBlockToken"/>).
/// </summary>
internal unsafe readonly struct Int8Activations(byte* buffer, int tokens, int columns, ActivationForm form)
{
    /// <summary>Tokens of a tile: the kernels multiply four at a time.</summary>
    public const int TileTokens = 4;

    private readonly byte* _buffer = buffer;

    /// <summary>Whole tiles.</summary>
    public int TileCount => tokens / TileTokens;

    /// <summary>Tiles and left-over tokens: the units that are quantised one by one.</summary>
    public int PartCount => TileCount + (tokens % TileTokens);

    /// <summary>Bytes of a tile.</summary>
    public long TileBytes => TileTokens * RowBytes;

    private long RowBytes => Bytes(1, columns, form);

    /// <summary>Bytes of the buffer.</summary>
    public static long Bytes(int tokens, int columns, ActivationForm form) =>
        form == ActivationForm.SuperBlocks
            ? (long)tokens * columns / SuperBlock.Size * SuperBlockToken.TokenBytes
            : (long)tokens * columns / BlockToken.Columns * BlockToken.TokenBytes;

    /// <summary>A tile.</summary>
    public byte* Tile(int tile) => _buffer + (tile * TileBytes);

    /// <summary>A token that is in no tile.</summary>
    public byte* Row(int token) => _buffer + (token * RowBytes);

    /// <summary>Any token's place, where a scale belongs to 32 columns.</summary>
    public BlockToken Blocks(int token) =>
        IsInTile(token)
            ? new BlockToken(Tile(token / TileTokens), TileTokens, token % TileTokens)
            : new BlockToken(Row(token), 1, 0);

    /// <summary>Any token's place, where a scale belongs to 256 columns.</summary>
    public SuperBlockToken SuperBlocks(int token) =>
        IsInTile(token)
            ? new SuperBlockToken(Tile(token / TileTokens), TileTokens, token % TileTokens)
            : new SuperBlockToken(Row(token), 1, 0);

    /// <summary>Quantises one part: four tokens of a tile or one left-over token.</summary>
    /// <param name="x">Float activations, [tokens, columns] row-major.</param>
    /// <param name="part">0 to <see cref="PartCount"/> − 1.</param>
    public void Quantize(float* x, int part)
    {
        var isTile = part < TileCount;
        var token = isTile ? part * TileTokens : part - TileCount + (TileCount * TileTokens);
        for (var end = token + (isTile ? TileTokens : 1); token < end; token++)
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

    private bool IsInTile(int token) => token / TileTokens < TileCount;
}
