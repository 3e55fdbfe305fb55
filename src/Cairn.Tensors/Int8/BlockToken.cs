using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// One token of 8-bit activations with a scale per 32 columns. <paramref name="count"/> tokens lie together (a tile of
/// four, or one) as a run of blocks, each <c>sbyte quants[8][count][4]; float scales[count]; float sums[count]</c>, so
/// that a kernel follows one pointer.
/// </summary>
/// <param name="start">First block.</param>
/// <param name="count">Tokens that lie together.</param>
/// <param name="token">Which of them.</param>
/// <remarks>x[t, k] ≈ scales[t] · quants[k / 4][t][k % 4]; sums[t] = Σ_k of the quants, exact.</remarks>
internal readonly unsafe struct BlockToken(byte* start, int count, int token)
{
    /// <summary>Columns of a block.</summary>
    public const int Columns = 32;

    /// <summary>Bytes of one token's part of a block.</summary>
    public const int TokenBytes = Columns + (2 * sizeof(float));

    private const int GroupColumns = 4;

    /// <summary>Byte offset of the scales in a block.</summary>
    public static int ScaleOffset(int count) => Columns * count;

    /// <summary>Byte offset of the sums in a block.</summary>
    public static int SumOffset(int count) => ScaleOffset(count) + (sizeof(float) * count);

    /// <summary>Scale of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float Scale(int block) => ref *((float*)(Block(block) + ScaleOffset(count)) + token);

    /// <summary>Sum of the quants of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float Sum(int block) => ref *((float*)(Block(block) + SumOffset(count)) + token);

    /// <summary>One quant.</summary>
    public sbyte Quant(int block, int column) =>
        (sbyte)Block(block)[(((column / GroupColumns * count) + token) * GroupColumns) + (column % GroupColumns)];

    /// <summary>Stores the 32 quants of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int block, sbyte* quants)
    {
        var groups = (uint*)Block(block) + token;
        for (var i = 0; i < Columns; i += GroupColumns, groups += count)
        {
            *groups = Unsafe.ReadUnaligned<uint>(quants + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Block(int block) => start + ((long)block * TokenBytes * count);
}
