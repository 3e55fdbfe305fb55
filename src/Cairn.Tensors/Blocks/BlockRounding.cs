namespace Cairn.Tensors;

/// <summary>The reference rounding of the 32-wide formats of 4 and 5 bits.</summary>
internal static class BlockRounding
{
    /// <summary>q[i] = trunc((x[i] − minimum) · (1 / scale) + offset), at most <paramref name="highest"/>; a scale of 0 counts as 1 / 0 = 0.</summary>
    /// <param name="x">Values of the block.</param>
    /// <param name="minimum">What is taken off first.</param>
    /// <param name="scale">Scale before its rounding to f16.</param>
    /// <param name="offset">The quant of 0 and a half, to round by truncating.</param>
    /// <param name="highest">Largest quant.</param>
    /// <param name="quants">Receives one number a value.</param>
    public static void Truncate(
        ReadOnlySpan<float> x, float minimum, float scale, double offset, int highest, Span<byte> quants)
    {
        var inverse = scale == 0 ? 0 : 1 / scale;
        for (var i = 0; i < x.Length; i++)
        {
            // In double: the product is exact there, so a fused and an unfused multiply-add truncate alike.
            quants[i] = (byte)Math.Clamp((int)(((double)(x[i] - minimum) * inverse) + offset), 0, highest);
        }
    }
}
