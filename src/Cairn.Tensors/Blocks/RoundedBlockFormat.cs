using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>
/// Formats of 4 and 5 bits whose reference quantiser takes the scale from the extremes of a block: its bytes are written
/// where no importance is given.
/// </summary>
/// <typeparam name="TBlock">The block.</typeparam>
/// <remarks>
/// Without minimum: d = (value of largest magnitude, signed) / lowest level. With one: m = min x, d = (max x − min x) /
/// highest level. Codes are trunc((x − m) / d + code of zero + 0.5), at most the highest; d and m are rounded to f16
/// afterwards. Source: <c>quantize_row_q4_0_ref</c> and its neighbours in ggml, and gguf-py.
/// </remarks>
internal abstract class RoundedBlockFormat<TBlock> : ScaledBlockFormat<TBlock, IntegerLevels>
    where TBlock : unmanaged, IScaledBlock<TBlock, IntegerLevels>
{
    private protected override void QuantizeBlocks(
        ReadOnlySpan<float> values, Span<byte> blocks, ReadOnlySpan<float> importance)
    {
        if (importance.IsEmpty)
        {
            Round(values, MemoryMarshal.Cast<byte, TBlock>(blocks));
        }
        else
        {
            base.QuantizeBlocks(values, blocks, importance);
        }
    }

    [SkipLocalsInit]
    private static void Round(ReadOnlySpan<float> values, Span<TBlock> blocks)
    {
        Span<byte> codes = stackalloc byte[ScaledBlock.Size];
        foreach (ref var block in blocks)
        {
            var x = values[..ScaledBlock.Size];
            var (scale, minimum) = ScaleOf(x);
            Truncate(x, minimum, scale, codes);
            TBlock.Set(
                ref block, HalfPrecision.ToHalf(scale, TBlock.Type), HalfPrecision.ToHalf(minimum, TBlock.Type), codes);
            values = values[ScaledBlock.Size..];
        }
    }

    private static (float Scale, float Minimum) ScaleOf(ReadOnlySpan<float> x)
    {
        if (!TBlock.HasMinimum)
        {
            return (BlockExtremes.LargestMagnitude(x) / TBlock.QuantLevels.Lowest, 0);
        }

        var (minimum, maximum) = BlockExtremes.Range(x);
        return ((maximum - minimum) / TBlock.QuantLevels.Highest, minimum);
    }

    private static void Truncate(ReadOnlySpan<float> x, float minimum, float scale, Span<byte> codes)
    {
        var levels = TBlock.QuantLevels;
        var inverse = scale == 0 ? 0 : 1 / scale;
        var zero = 0.5 - levels.Lowest;
        var highest = (int)(levels.Highest - levels.Lowest);
        for (var i = 0; i < codes.Length; i++)
        {
            // In double: the product is exact there, so a fused and an unfused multiply-add truncate alike.
            codes[i] = (byte)Math.Clamp((int)(((double)(x[i] - minimum) * inverse) + zero), 0, highest);
        }
    }
}
