namespace Cairn.Tensors.Tests;

/// <summary>Seeded inputs.</summary>
internal static class TestData
{
    /// <summary>Uniform values in ±<paramref name="scale"/>.</summary>
    public static float[] Uniform(Random random, int length, float scale = 1)
    {
        var values = new float[length];
        foreach (ref var value in values.AsSpan())
        {
            value = (float)((random.NextDouble() * 2) - 1) * scale;
        }

        return values;
    }

    /// <summary>Random blocks of a format: any quant bytes, finite scales of either sign.</summary>
    public static byte[] Blocks(Random random, BlockFormat format, int rows, int columns)
    {
        var bytes = new byte[rows * format.RowBytes(columns)];
        random.NextBytes(bytes);
        for (var start = 0; start < bytes.Length; start += format.BlockBytes)
        {
            for (var i = 0; i < ScaleCount(format.Type); i++)
            {
                var scale = (Half)(((random.NextDouble() * 2) - 1) * Math.Pow(2, random.Next(-16, 4)));
                BitConverter.TryWriteBytes(bytes.AsSpan(start + (2 * i)), scale);
            }
        }

        return bytes;
    }

    /// <summary>f16 numbers at the start of a block of a quantised format.</summary>
    public static int ScaleCount(GgmlType type) => type switch
    {
        GgmlType.Q4_0 or GgmlType.Q8_0 => 1,
        GgmlType.Q4_1 => 2,
        _ => 0,
    };

    /// <summary>Fails when two floats differ in any bit; two NaN are equal.</summary>
    public static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string context)
    {
        Xunit.Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var same = BitConverter.SingleToUInt32Bits(expected[i]) == BitConverter.SingleToUInt32Bits(actual[i]);
            Xunit.Assert.True(
                same || (float.IsNaN(expected[i]) && float.IsNaN(actual[i])),
                $"{context}, index {i}: expected {expected[i]:R}, got {actual[i]:R}");
        }
    }

    /// <summary>Fails when |expected − actual| exceeds <paramref name="relative"/>·|expected| + <paramref name="absolute"/>.</summary>
    public static void AssertClose(
        ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double relative, double absolute, string context)
    {
        Xunit.Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var close = expected[i].Equals(actual[i])
                || Math.Abs((double)expected[i] - actual[i]) <= (relative * Math.Abs((double)expected[i])) + absolute;
            Xunit.Assert.True(close, $"{context}, index {i}: expected {expected[i]:R}, got {actual[i]:R}");
        }
    }
}
