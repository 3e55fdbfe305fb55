using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>Conversions of the formats whose blocks are <see cref="ISuperBlock{TSelf}"/>.</summary>
/// <typeparam name="TBlock">The block: its layout and ranges are all that a format adds.</typeparam>
internal abstract class SuperBlockFormat<TBlock> : BlockFormat
    where TBlock : unmanaged, ISuperBlock<TBlock>
{
    private const int Size = SuperBlock.Size;

    public override GgmlType Type => TBlock.Type;

    public override int BlockSize => Size;

    public override int BlockBytes => Unsafe.SizeOf<TBlock>();

    public override float LargestValue => HalfPrecision.Largest
        * (TBlock.HighestMinimum > 0 ? TBlock.HighestMinimum : TBlock.HighestScale * TBlock.HighestQuant);

    /// <summary>The specification of dequantising.</summary>
    internal static void Scalar(in TBlock block, Span<float> values)
    {
        for (var i = 0; i < Size; i++)
        {
            var subBlock = i / TBlock.SubBlockSize;
            values[i] = TBlock.Step(block, subBlock) * TBlock.Quant(block, i);
            if (TBlock.HighestMinimum > 0)
            {
                values[i] -= TBlock.Minimum(block, subBlock);
            }
        }
    }

    [SkipLocalsInit]
    private protected override void DequantizeBlocks(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        Span<sbyte> scales = stackalloc sbyte[Size / TBlock.SubBlockSize];
        Span<byte> minima = stackalloc byte[scales.Length];
        foreach (ref readonly var block in MemoryMarshal.Cast<byte, TBlock>(blocks))
        {
            var halves = TBlock.GetScales(block, scales, minima);
            var (scale, minimumScale) = ((float)halves.Scale, (float)halves.MinimumScale);
            for (var i = 0; i < Size; i += Vector128<sbyte>.Count)
            {
                var q = TBlock.Load(block, i).AsSByte() + Vector128.Create((sbyte)TBlock.LowestQuant);
                var step = scale * scales[i / TBlock.SubBlockSize];
                if (TBlock.HighestMinimum > 0)
                {
                    ByteVector.Store(q, step, -(minimumScale * minima[i / TBlock.SubBlockSize]), values[i..]);
                }
                else
                {
                    ByteVector.Store(q, step, values[i..]);
                }
            }

            values = values[Size..];
        }
    }

    [SkipLocalsInit]
    private protected override void QuantizeBlocks(
        ReadOnlySpan<float> values, Span<byte> blocks, ReadOnlySpan<float> importance)
    {
        Span<float> weights = stackalloc float[Size];
        weights.Fill(1);
        var start = 0;
        foreach (ref var block in MemoryMarshal.Cast<byte, TBlock>(blocks))
        {
            if (!importance.IsEmpty)
            {
                ImportanceWeights.Fill(importance.Slice(start, Size), weights);
            }

            Quantize(values.Slice(start, Size), weights, ref block);
            start += Size;
        }
    }

    private static void Quantize(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, ref TBlock block)
    {
        if (SixteenFloats.IsSupported && Size / TBlock.SubBlockSize >= SixteenFloats.Count)
        {
            SuperBlockQuantizer<TBlock, SixteenFloats>.Apply(values, weights, ref block);
        }
        else if (EightFloats.IsSupported)
        {
            SuperBlockQuantizer<TBlock, EightFloats>.Apply(values, weights, ref block);
        }
        else
        {
            SuperBlockQuantizer<TBlock, OneFloat>.Apply(values, weights, ref block);
        }
    }
}
