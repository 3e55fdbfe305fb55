using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// One token of 8-bit activations with a scale per 256 columns. <paramref name="count"/> tokens lie together (a tile of
/// four, or one) as a run of blocks, each <c>sbyte quants[64][count][4]; float scales[count]; short sums16[count][16];
/// short sums32[count][8]</c>.
/// </summary>
/// <param name="start">First block.</param>
/// <param name="count">Tokens that lie together.</param>
/// <param name="token">Which of them.</param>
/// <remarks>x[t, k] ≈ scales[t] · quants[k / 4][t][k % 4]; the sums are those of the quants of every 16 and every 32 columns.</remarks>
internal readonly unsafe struct SuperBlockToken(byte* start, int count, int token)
{
    /// <summary>Bytes of one token's part of a block.</summary>
    public const int TokenBytes = SuperBlock.Size + sizeof(float) + (sizeof(short) * (Sums16 + Sums32));

    private const int GroupColumns = 4;
    private const int Sums16 = SuperBlock.Size / 16;
    private const int Sums32 = SuperBlock.Size / 32;

    /// <summary>Byte offset of the scales in a block.</summary>
    public static int ScaleOffset(int count) => SuperBlock.Size * count;

    /// <summary>Byte offset of the sums of every 16 columns in a block.</summary>
    public static int Sums16Offset(int count) => ScaleOffset(count) + (sizeof(float) * count);

    /// <summary>Byte offset of the sums of every 32 columns in a block.</summary>
    public static int Sums32Offset(int count) => Sums16Offset(count) + (sizeof(short) * Sums16 * count);

    /// <summary>Scale of a block.</summary>
    public ref float Scale(int block) => ref *((float*)(Block(block) + ScaleOffset(count)) + token);

    /// <summary>Sum of the quants of <paramref name="columns"/> (16 or 32) columns: part <paramref name="index"/> of a block.</summary>
    public int Sum(int block, int columns, int index) =>
        columns == 16 ? SumsOf16(block)[index] : SumsOf32(block)[index];

    /// <summary>One quant.</summary>
    public sbyte Quant(int block, int column) =>
        (sbyte)Block(block)[(((column / GroupColumns * count) + token) * GroupColumns) + (column % GroupColumns)];

    /// <summary>Stores the 256 quants of a block, and their sums.</summary>
    public void Store(int block, sbyte* quants)
    {
        var groups = (uint*)Block(block) + token;
        for (var i = 0; i < SuperBlock.Size; i += GroupColumns, groups += count)
        {
            *groups = Unsafe.ReadUnaligned<uint>(quants + i);
        }

        var of16 = SumsOf16(block);
        var of32 = SumsOf32(block);
        for (var i = 0; i < Sums16; i += 2)
        {
            of16[i] = Int8Sum.Of16(quants + (16 * i));
            of16[i + 1] = Int8Sum.Of16(quants + (16 * i) + 16);
            of32[i / 2] = (short)(of16[i] + of16[i + 1]);
        }
    }

    private short* SumsOf16(int block) => (short*)(Block(block) + Sums16Offset(count)) + (Sums16 * token);

    private short* SumsOf32(int block) => (short*)(Block(block) + Sums32Offset(count)) + (Sums32 * token);

    private byte* Block(int block) => start + ((long)block * TokenBytes * count);
}
