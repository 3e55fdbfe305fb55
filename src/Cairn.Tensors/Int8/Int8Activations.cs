namespace Cairn.Tensors;

/// <summary>
/// 8-bit activations [tokens, columns]: whole tiles of four tokens (<see cref="TokenTile"/>), then the tokens left over
/// (<see cref="TokenRow"/>), in one buffer of <see cref="Bytes"/>.
/// </summary>
internal unsafe readonly struct Int8Activations(byte* buffer, int tokens, int columns)
{
    private readonly byte* _buffer = buffer;

    /// <summary>Whole tiles.</summary>
    public int TileCount => tokens / TokenTile.Tokens;

    /// <summary>Tiles and left-over tokens: the units that are quantised one by one.</summary>
    public int PartCount => TileCount + (tokens % TokenTile.Tokens);

    /// <summary>Bytes of the buffer.</summary>
    public static long Bytes(int tokens, int columns) =>
        (tokens / TokenTile.Tokens * TokenTile.Bytes(columns)) + (tokens % TokenTile.Tokens * TokenRow.Bytes(columns));

    /// <summary>A tile.</summary>
    public byte* Tile(int tile) => _buffer + (tile * TokenTile.Bytes(columns));

    /// <summary>A token that is in no tile.</summary>
    public byte* Row(int token) =>
        Tile(TileCount) + ((token - ((long)TileCount * TokenTile.Tokens)) * TokenRow.Bytes(columns));

    /// <summary>Any token's place.</summary>
    public TokenSlot Slot(int token) =>
        token / TokenTile.Tokens < TileCount
            ? TokenTile.Slot(Tile(token / TokenTile.Tokens), token % TokenTile.Tokens)
            : TokenRow.Slot(Row(token));

    /// <summary>Quantises one part: four tokens of a tile or one left-over token.</summary>
    /// <param name="x">Float activations, [tokens, columns] row-major.</param>
    /// <param name="part">0 to <see cref="PartCount"/> − 1.</param>
    public void Quantize(float* x, int part)
    {
        var isTile = part < TileCount;
        var token = isTile ? part * TokenTile.Tokens : part - TileCount + (TileCount * TokenTile.Tokens);
        for (var end = token + (isTile ? TokenTile.Tokens : 1); token < end; token++)
        {
            ActivationQuantizer.Apply(x + ((long)token * columns), columns, Slot(token));
        }
    }
}
