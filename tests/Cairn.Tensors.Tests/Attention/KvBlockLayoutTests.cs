using Cairn.Tensors.Attention;
using Xunit;

namespace Cairn.Tensors.Tests.Attention;

public sealed unsafe class KvBlockLayoutTests
{
    [Theory]
    [InlineData(KvElementType.F32, 64, 128 * 2 * 64 * 4)]
    [InlineData(KvElementType.F16, 64, 128 * 2 * 64 * 2)]
    [InlineData(KvElementType.Q8_0, 64, 128 * 2 * 64 * 34 / 32)]
    [InlineData(KvElementType.Q8_0, 80, (128 * 80) + (4 * 3 * 64) + (3 * 128 * 34))] // values are padded to 96
    public void Head_takes_what_the_format_says(KvElementType type, int headDim, long bytes)
    {
        Assert.Equal(bytes, new KvBlockLayout(headDim, type).HeadBytes);
        Assert.Equal(0, bytes % 64);
    }

    [Fact]
    public void Every_position_is_read_back_within_the_bound_of_its_type()
    {
        foreach (KvElementType type in Enum.GetValues<KvElementType>())
        {
            foreach (int headDim in new[] { 1, 8, 31, 32, 33, 64, 80, 128, 256 })
            {
                const int Seed = 26;
                var random = new Random(Seed);
                var layout = new KvBlockLayout(headDim, type);
                using var head = new AlignedMemory<byte>(layout.HeadBytes);
                float[] keys = AttentionFixture.Values(random, KvBlockLayout.BlockLength * headDim, 5);
                float[] values = AttentionFixture.Values(random, KvBlockLayout.BlockLength * headDim, 0.01f);
                var storedKeys = new float[keys.Length];
                var storedValues = new float[values.Length];
                fixed (float* key = keys, value = values, storedKey = storedKeys, storedValue = storedValues)
                {
                    for (int slot = 0; slot < KvBlockLayout.BlockLength; slot++)
                        layout.Store(head.Pointer, slot, key + (slot * headDim), value + (slot * headDim));

                    for (int slot = 0; slot < KvBlockLayout.BlockLength; slot++)
                        layout.Load(head.Pointer, slot, storedKey + (slot * headDim), storedValue + (slot * headDim));
                }

                AssertWithinBound(type, headDim, keys, storedKeys);
                AssertWithinBound(type, headDim, values, storedValues);
            }
        }
    }

    [Fact]
    public void Bytes_saturate_instead_of_becoming_infinite_and_are_zero_for_what_is_no_number()
    {
        var layout = new KvBlockLayout(64, KvElementType.Q8_0);
        using var head = new AlignedMemory<byte>(layout.HeadBytes);
        var key = new float[64];
        var value = new float[64];
        (key[1], key[40], value[2], value[33]) = (float.PositiveInfinity, -1e30f, float.NaN, 1e-30f);
        (key[63], value[63]) = (1, 1);
        fixed (float* keys = key, values = value)
        {
            layout.Store(head.Pointer, 77, keys, values);
            layout.Load(head.Pointer, 77, keys, values);
        }

        Assert.All(key.Concat(value), x => Assert.True(float.IsFinite(x)));
        Assert.Equal(127 * 65504f, key[1]);
        Assert.Equal(-127 * 65504f, key[40]);
        Assert.Equal(0, value[2]);
        Assert.Equal(1, value[63], 1e-3);
    }

    private static void AssertWithinBound(KvElementType type, int headDim, float[] expected, float[] actual)
    {
        for (int start = 0; start < expected.Length; start += headDim)
        {
            for (int d = 0; d < headDim; d++)
            {
                int group = d / 32 * 32;
                float largest = expected.AsSpan(start + group, Math.Min(32, headDim - group)).ToArray().Max(MathF.Abs);
                float bound = type switch
                {
                    KvElementType.F32 => 0,
                    KvElementType.F16 => (MathF.Abs(expected[start + d]) / 2048) + 3e-8f,
                    _ => (largest / 254 * 1.001f) + (largest / 2048) + 4e-6f, // half a step; the scale's own rounding; subnormal scales
                };
                float error = MathF.Abs(expected[start + d] - actual[start + d]);
                Assert.True(error <= bound, $"{type}, {headDim} dimensions: [{start / headDim}, {d}] differs by {error}, bound {bound}");
            }
        }
    }
}
