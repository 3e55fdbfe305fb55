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

    /// <summary>Normal values of standard deviation <paramref name="scale"/>.</summary>
    public static float[] Normal(Random random, int length, float scale = 1)
    {
        var values = new float[length];
        foreach (ref var value in values.AsSpan())
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            value = (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble())) * scale;
        }

        return values;
    }

    /// <summary>Importance of columns, from 0.1 to 10, most often small.</summary>
    public static float[] Importance(Random random, int length)
    {
        var values = new float[length];
        foreach (ref var value in values.AsSpan())
        {
            value = (float)Math.Pow(10, (2 * random.NextDouble()) - 1);
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
            foreach (var offset in ScaleOffsets(format.Type))
            {
                var scale = (Half)(((random.NextDouble() * 2) - 1) * Math.Pow(2, random.Next(-16, 4)));
                BitConverter.TryWriteBytes(bytes.AsSpan(start + offset), scale);
            }
        }

        return bytes;
    }

    /// <summary>Where the f16 numbers of a quantised format's block begin.</summary>
    public static int[] ScaleOffsets(GgmlType type) => type switch
    {
        GgmlType.Q4_0 or GgmlType.Q5_0 or GgmlType.Q8_0 or GgmlType.IQ4_NL => [0],
        GgmlType.Q4_1 or GgmlType.Q5_1 or GgmlType.Q4_K or GgmlType.Q5_K => [0, 2],
        GgmlType.Q2_K => [80, 82],
        GgmlType.Q3_K => [108],
        GgmlType.Q6_K => [208],
        _ => [],
    };

    /// <summary>Whether a byte of a block belongs to one of its f16 numbers.</summary>
    public static bool IsScaleByte(GgmlType type, int offset) =>
        Array.Exists(ScaleOffsets(type), start => offset - start is 0 or 1);

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
