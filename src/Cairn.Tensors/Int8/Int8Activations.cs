namespace Cairn.Tensors;

/// <summary>
/// 8-bit activations [tokens, columns]: whole tiles of four tokens, then the tokens left over, in one buffer of
/// <see cref="Bytes"/>. A scale belongs to 32 columns (<see cref="TokenTile"/>, <see cref="TokenRow"/>), or to 256
/// (<see cref="SuperBlockToken"/>).
/// </summary>
internal unsafe readonly struct Int8Activations(byte* buffer, int tokens, int columns, ActivationForm form)
{
    private readonly byte* _buffer = buffer;

    /// <summary>Whole tiles.</summary>
    public int TileCount => tokens / TokenTile.Tokens;

    /// <summary>Tiles and left-over tokens: the units that are quantised one by one.</summary>
    public int PartCount => TileCount + (tokens % TokenTile.Tokens);

    /// <summary>Bytes of a tile.</summary>
    public long TileBytes => TokenTile.Tokens * RowBytes;

    private long RowBytes => Bytes(1, columns, form);

    /// <summary>Bytes of the buffer.</summary>
    public static long Bytes(int tokens, int columns, ActivationForm form) =>
        form == ActivationForm.SuperBlocks
            ? (long)tokens * columns / SuperBlock.Size * SuperBlockToken.TokenBytes
            : tokens * TokenRow.Bytes(columns);

    /// <summary>A tile.</summary>
    public byte* Tile(int tile) => _buffer + (tile * TileBytes);

    /// <summary>A token that is in no tile.</summary>
    public byte* Row(int token) => _buffer + (token * RowBytes);

    /// <summary>Any token's place, where a scale belongs to 32 columns.</summary>
    public TokenSlot Slot(int token) =>
        token / TokenTile.Tokens < TileCount
            ? TokenTile.Slot(Tile(token / TokenTile.Tokens), token % TokenTile.Tokens)
            : TokenRow.Slot(Row(token));

    /// <summary>Any token's place, where a scale belongs to 256 columns.</summary>
    public SuperBlockToken SuperBlocks(int token) =>
        token / TokenTile.Tokens < TileCount
            ? new SuperBlockToken(Tile(token / TokenTile.Tokens), TokenTile.Tokens, token % TokenTile.Tokens)
            : new SuperBlockToken(Row(token), 1, 0);

    /// <summary>Quantises one part: four tokens of a tile or one left-over token.</summary>
    /// <param name="x">Float activations, [tokens, columns] row-major.</param>
    /// <param name="part">0 to <see cref="PartCount"/> − 1.</param>
    public void Quantize(float* x, int part)
    {
        var isTile = part < TileCount;
        var token = isTile ? part * TokenTile.Tokens : part - TileCount + (TileCount * TokenTile.Tokens);
        for (var end = token + (isTile ? TokenTile.Tokens : 1); token < end; token++)
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

        ActivationQuantizer.Apply(x, columns, Slot(token));
    }
}
