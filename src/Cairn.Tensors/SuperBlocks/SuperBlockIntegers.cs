using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// A block of 256 weights as its integers, whatever bits of the file hold them: column k of sub-block j is
/// w = (Scale · Scales[j]) · (Quants[k] − offset) − Minimum · Minimums[j], see <see cref="ISuperBlock{TSelf}"/>.
/// </summary>
/// <remarks>The offset is minus the lowest quant: here quants start at 0.</remarks>
internal unsafe struct SuperBlockIntegers
{
    private const int MaxSubBlocks = 16;

    /// <summary>Bits of the f16 scale.</summary>
    public ushort Scale;

    /// <summary>Bits of the f16 scale of the minimums.</summary>
    public ushort Minimum;

    /// <summary>Quants from 0, in the order of the columns.</summary>
    public fixed byte Quants[SuperBlock.Size];

    /// <summary>Scale of each sub-block; eight or sixteen are in use.</summary>
    public fixed sbyte Scales[MaxSubBlocks];

    /// <summary>Minimum of each sub-block.</summary>
    public fixed byte Minimums[MaxSubBlocks];

    /// <summary>Reads a block of a format.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read<TBlock>(byte* block, SuperBlockIntegers* integers)
        where TBlock : unmanaged, ISuperBlock<TBlock>
    {
        ref readonly var source = ref Unsafe.AsRef<TBlock>(block);
        Span<int> scales = stackalloc int[SuperBlock.Size / TBlock.SubBlockSize];
        Span<int> minimums = stackalloc int[scales.Length];
        var (scale, minimumScale) = TBlock.GetScales(source, scales, minimums);
        integers->Scale = BitConverter.HalfToUInt16Bits(scale);
        integers->Minimum = BitConverter.HalfToUInt16Bits(minimumScale);
        for (var j = 0; j < scales.Length; j++)
        {
            integers->Scales[j] = (sbyte)scales[j];
            integers->Minimums[j] = (byte)minimums[j];
        }

        var quants = new Span<sbyte>(integers->Quants, SuperBlock.Size);
        TBlock.Unpack(source, quants);
        TensorPrimitives.Subtract(quants, (sbyte)TBlock.LowestQuant, quants);
    }
}
