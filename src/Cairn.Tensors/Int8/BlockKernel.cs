using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// Kernels of formats with 32 columns a block: packing into <typeparamref name="TQuants"/>, and back.
/// </summary>
internal abstract unsafe class BlockKernel<TQuants, TScales>(
    BlockFormat format, BlockReader? reader, int rows, string instructionSet)
    : Int8Kernel(
        format, new InterleavedLayout(rows, TScales.Count, TQuants.Bytes), ActivationForm.Blocks, instructionSet)
    where TQuants : IQuantPlanes
    where TScales : IBlockScales
{
    private static int HalfBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TScales.Count * sizeof(ushort);
    }

    protected sealed override bool IsFileOrder => reader is null;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    protected sealed override void PackBlock(byte* source, byte* packed)
    {
        if (reader is null)
        {
            base.PackBlock(source, packed);
            return;
        }

        var quants = stackalloc byte[BlockToken.Columns];
        Unsafe.CopyBlockUnaligned(packed, source, (uint)HalfBytes);
        reader(source + HalfBytes, quants);
        TQuants.Pack((uint*)quants, (uint*)(packed + HalfBytes));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected sealed override void DequantizeBlock(byte* packed, Span<float> values)
    {
        var d = HalfVector.Load(packed);
        var m = TScales.Count > 1 ? HalfVector.Load(packed + sizeof(ushort)) : 0;
        for (var k = 0; k < BlockToken.Columns; k++)
        {
            values[k] = TScales.Weight(TQuants.Unpack((uint*)(packed + HalfBytes), 1, k), d, m);
        }
    }
}
