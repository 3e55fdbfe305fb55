using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// One token of 8-bit activations with a scale per 256 columns. <paramref name="count"/> tokens lie together (a tile of
/// four, or one) as a run of blocks, each <c>sbyte quants[64][count][4]; float scales[count]; short
/// offsets[16][count][2]; short sums16[8][count][2]; short sums32[4][count][2]</c>.
/// </summary>
/// <param name="start">First block.</param>
/// <param name="count">Tokens that lie together.</param>
/// <param name="token">Which of them.</param>
/// <remarks>
/// x[t, k] ≈ scales[t] · quants[k / 4][t][k % 4]. The sums are those of the quants of every 16 and every 32 columns.
/// The offsets are the same sums of 16, negative and apart for the first and the second half of each group of four
/// columns: what is added to a 16-bit sum of products for an offset of 1.
/// </remarks>
internal readonly unsafe struct SuperBlockToken(byte* start, int count, int token)
{
    /// <summary>Bytes of one token's part of a block.</summary>
    public const int TokenBytes =
        SuperBlock.Size + sizeof(float) + (sizeof(short) * ((2 * Sums16) + Sums16 + Sums32));

    private const int GroupColumns = 4;
    private const int Sums16 = SuperBlock.Size / 16;
    private const int Sums32 = SuperBlock.Size / 32;
    private const int PairBytes = 2 * sizeof(short);

    /// <summary>Byte offset of the scales in a block.</summary>
    public static int ScaleOffset(int count) => SuperBlock.Size * count;

    /// <summary>Byte offset of the offsets in a block.</summary>
    public static int OffsetsOffset(int count) => ScaleOffset(count) + (sizeof(float) * count);

    /// <summary>Byte offset of the sums of every <paramref name="columns"/> (16 or 32) columns in a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SumsOffset(int count, int columns) =>
        OffsetsOffset(count) + ((Sums16 + (columns == 16 ? 0 : Sums16 / 2)) * PairBytes * count);

    /// <summary>Scale of a block.</summary>
    public ref float Scale(int block) => ref *((float*)(Block(block) + ScaleOffset(count)) + token);

    /// <summary>
    /// Sum of the quants of <paramref name="columns"/> (16 or 32) columns: part <paramref name="index"/> of a block.
    /// </summary>
    public ref short Sum(int block, int columns, int index) =>
        ref Pair(block, SumsOffset(count, columns), index / 2)[index % 2];

    /// <summary>
    /// Minus the sum of the quants of half the columns of 16: <paramref name="half"/> 0 or 1 of each group of four.
    /// </summary>
    public ref short Offset(int block, int index, int half) => ref Pair(block, OffsetsOffset(count), index)[half];

    /// <summary>One quant.</summary>
    public sbyte Quant(int block, int column) =>
        (sbyte)Block(block)[(((column / GroupColumns * count) + token) * GroupColumns) + (column % GroupColumns)];

    /// <summary>Stores the 256 quants of a block, and their sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Store(int block, sbyte* quants)
    {
        var groups = (uint*)Block(block) + token;
        for (var i = 0; i < SuperBlock.Size; i += GroupColumns, groups += count)
        {
            *groups = Unsafe.ReadUnaligned<uint>(quants + i);
        }

        var stride = count * PairBytes / sizeof(short);
        var offsets = Pair(block, OffsetsOffset(count), 0);
        var of16 = Pair(block, SumsOffset(count, 16), 0);
        var of32 = Pair(block, SumsOffset(count, 32), 0);
        for (var i = 0; i < Sums16; i += 2, quants += 32, offsets += 2 * stride, of16 += stride)
        {
            var (first0, second0) = Int8Sum.Halves(quants);
            var (first1, second1) = Int8Sum.Halves(quants + 16);
            (offsets[0], offsets[1]) = ((short)-first0, (short)-second0);
            (offsets[stride], offsets[stride + 1]) = ((short)-first1, (short)-second1);
            (of16[0], of16[1]) = ((short)(first0 + second0), (short)(first1 + second1));
            of32[(i / 4 * stride) + (i / 2 % 2)] = (short)(of16[0] + of16[1]);
        }
    }

    private short* Pair(int block, int offset, int index) =>
        (short*)(Block(block) + offset + (((index * count) + token) * PairBytes));

    private byte* Block(int block) => start + ((long)block * TokenBytes * count);
}
