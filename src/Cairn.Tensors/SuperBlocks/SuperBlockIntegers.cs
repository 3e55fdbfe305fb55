using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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
        var subBlocks = SuperBlock.Size / TBlock.SubBlockSize;
        var (scale, minimumScale) = TBlock.GetScales(
            source, new Span<sbyte>(integers->Scales, subBlocks), new Span<byte>(integers->Minimums, subBlocks));
        integers->Scale = BitConverter.HalfToUInt16Bits(scale);
        integers->Minimum = BitConverter.HalfToUInt16Bits(minimumScale);

        // Line by line, not in a loop: only then are the places and shifts inside a block constants.
        TBlock.Load(source, 0).Store(integers->Quants);
        TBlock.Load(source, 16).Store(integers->Quants + 16);
        TBlock.Load(source, 32).Store(integers->Quants + 32);
        TBlock.Load(source, 48).Store(integers->Quants + 48);
        TBlock.Load(source, 64).Store(integers->Quants + 64);
        TBlock.Load(source, 80).Store(integers->Quants + 80);
        TBlock.Load(source, 96).Store(integers->Quants + 96);
        TBlock.Load(source, 112).Store(integers->Quants + 112);
        TBlock.Load(source, 128).Store(integers->Quants + 128);
        TBlock.Load(source, 144).Store(integers->Quants + 144);
        TBlock.Load(source, 160).Store(integers->Quants + 160);
        TBlock.Load(source, 176).Store(integers->Quants + 176);
        TBlock.Load(source, 192).Store(integers->Quants + 192);
        TBlock.Load(source, 208).Store(integers->Quants + 208);
        TBlock.Load(source, 224).Store(integers->Quants + 224);
        TBlock.Load(source, 240).Store(integers->Quants + 240);
    }
}
