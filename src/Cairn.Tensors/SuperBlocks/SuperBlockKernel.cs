using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// Kernels of formats with 256 columns a block and scaled sub-blocks: packing into <typeparamref name="TScales"/> and
/// <typeparamref name="TQuants"/>, and back.
/// </summary>
internal abstract unsafe class SuperBlockKernel<TQuants, TScales>(
    BlockFormat format, SuperBlockReader reader, int rows, string instructionSet)
    : Int8Kernel(
        format,
        new InterleavedLayout(rows, HalfCount, IScaleWords.Bytes + (UnitCount * TQuants.Bytes)),
        ActivationForm.SuperBlocks,
        instructionSet)
    where TQuants : IQuantPlanes
    where TScales : IScaleWords
{
    /// <summary>Runs of 32 columns, the unit of <typeparamref name="TQuants"/>, in a block.</summary>
    protected const int UnitCount = SuperBlock.Size / UnitColumns;

    /// <summary>Columns of a unit.</summary>
    protected const int UnitColumns = 32;

    /// <summary>f16 numbers of a block: the scale, and that of the minimums.</summary>
    protected static int HalfCount
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TScales.HasMinimums ? 2 : 1;
    }

    /// <summary>What is subtracted from every quant of a format without minimums.</summary>
    internal static int Offset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TScales.HasMinimums ? 0 : 1 << (TQuants.Bits - 1);
    }

    protected sealed override bool IsFileOrder => false;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    protected sealed override void PackBlock(byte* source, byte* packed)
    {
        SuperBlockIntegers integers;
        reader(source, &integers);
        Unsafe.WriteUnaligned(packed, integers.Scale);
        if (TScales.HasMinimums)
        {
            Unsafe.WriteUnaligned(packed + sizeof(ushort), integers.Minimum);
        }

        packed += HalfCount * sizeof(ushort);
        TScales.Pack(&integers, packed);
        packed += IScaleWords.Bytes;
        for (var unit = 0; unit < UnitCount; unit++, packed += TQuants.Bytes)
        {
            TQuants.Pack((uint*)(integers.Quants + (unit * UnitColumns)), (uint*)packed);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected sealed override void DequantizeBlock(byte* packed, Span<float> values)
    {
        var d = HalfVector.Load(packed);
        var minimum = TScales.HasMinimums ? HalfVector.Load(packed + sizeof(ushort)) : 0;
        var scales = (uint*)(packed + (HalfCount * sizeof(ushort)));
        var quants = scales + (IScaleWords.Bytes / sizeof(uint));
        for (var k = 0; k < SuperBlock.Size; k++)
        {
            var subBlock = k / TScales.SubBlockColumns;
            var unit = quants + (k / UnitColumns * (TQuants.Bytes / sizeof(uint)));
            var q = TQuants.Unpack(unit, 1, k % UnitColumns) - Offset;
            var value = d * TScales.Scale(scales, 1, subBlock) * q;
            values[k] = TScales.HasMinimums ? value - (minimum * TScales.Minimum(scales, 1, subBlock)) : value;
        }
    }
}
