using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>What the formats with one scale per 32 weights have in common; scales are searched for least squared error.</summary>
/// <typeparam name="TBlock">The block.</typeparam>
/// <typeparam name="TLevels">Its levels.</typeparam>
internal abstract class ScaledBlockFormat<TBlock, TLevels> : BlockFormat
    where TBlock : unmanaged, IScaledBlock<TBlock, TLevels>
    where TLevels : struct, ILevels
{
    public override GgmlType Type => TBlock.Type;

    public override int BlockSize => ScaledBlock.Size;

    public override int BlockBytes => Unsafe.SizeOf<TBlock>();

    public override float LargestValue => HalfPrecision.Largest * TBlock.QuantLevels.Highest;

    /// <summary>The minimum is an f16, and a search may take a scale at which the value is the level nearest to zero.</summary>
    public override float LargestInAnyBlock => HalfPrecision.Largest;

    private protected override void QuantizeBlocks(
        ReadOnlySpan<float> values, Span<byte> blocks, ReadOnlySpan<float> importance)
    {
        var target = MemoryMarshal.Cast<byte, TBlock>(blocks);
        if (SixteenFloats.IsSupported)
        {
            ScaledBlockQuantizer<TBlock, TLevels, SixteenFloats>.Apply(values, importance, target);
        }
        else if (EightFloats.IsSupported)
        {
            ScaledBlockQuantizer<TBlock, TLevels, EightFloats>.Apply(values, importance, target);
        }
        else
        {
            ScaledBlockQuantizer<TBlock, TLevels, OneFloat>.Apply(values, importance, target);
        }
    }
}
