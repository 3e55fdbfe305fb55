using System.Runtime.Intrinsics;
using Xunit;

namespace Cairn.Tensors.Tests;

public sealed class FusedVectorTests
{
    private static readonly float[] Special =
    [
        0, -0f, 1, -1, float.Epsilon, -float.Epsilon, 1.1754944e-38f, float.MaxValue, float.MinValue,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN, 16777216, 1.0000001f, 0.99999994f,
    ];

    [Fact]
    public void Sums_in_doubles_equal_the_fused_operation_bit_for_bit()
    {
        var random = new Random(1);
        for (var i = 0; i < 300_000; i++)
        {
            AssertFused(Any(random), Any(random), Any(random));
        }
    }

    // A double nearly half-way between two floats, which rounding twice would take the wrong way.
    [Fact]
    public void Sums_near_a_tie_are_rounded_once()
    {
        var random = new Random(2);
        for (var i = 0; i < 100_000; i++)
        {
            var c = MathF.ScaleB(1 + (random.Next(1 << 23) / (float)(1 << 23)), random.Next(-20, 20));
            var half = MathF.ScaleB(1, (int)Math.ILogB(c) - 24);
            var factor = MathF.ScaleB(1 + random.Next(-2, 3), -random.Next(24, 60)) + 1;
            AssertFused(half, random.Next(2) == 0 ? factor : -factor, random.Next(2) == 0 ? c : -c);
        }
    }

    [Fact]
    public void Special_values_equal_the_fused_operation()
    {
        foreach (var a in Special)
        {
            foreach (var b in Special)
            {
                foreach (var c in Special)
                {
                    AssertFused(a, b, c);
                }
            }
        }
    }

    private static void AssertFused(float a, float b, float c)
    {
        var expected = Enumerable.Repeat(MathF.FusedMultiplyAdd(a, b, c), 4).ToArray();
        var (va, vb, vc) = (Vector128.Create(a), Vector128.Create(b), Vector128.Create(c));
        var (doubles, chosen) = (new float[4], new float[4]);
        FusedVector.WithDoubles(va, vb, vc).CopyTo(doubles);
        FusedVector.MultiplyAdd(va, vb, vc).CopyTo(chosen);

        TestData.AssertSameBits(expected, doubles, $"{a:R} · {b:R} + {c:R}");
        TestData.AssertSameBits(expected, chosen, $"{a:R} · {b:R} + {c:R}");
    }

    // Any float, or one whose magnitude is near 1 so that sums cancel.
    private static float Any(Random random) =>
        random.Next(3) > 0
            ? BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue))
            : BitConverter.Int32BitsToSingle(random.Next(0x3F00_0000, 0x4000_0000) | (random.Next(2) << 31));
}
