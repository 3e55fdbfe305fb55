using System.Runtime.InteropServices;
using Xunit;

namespace Cairn.Tensors.Tests;

/// <summary>The searches at every width against the scalar form: the same bytes. Wide forms run emulated where absent.</summary>
public sealed class QuantizerWidthTests
{
    [Fact]
    public void Q2_K_bytes_do_not_depend_on_the_width() => AssertSuperBlock<BlockQ2_K>();

    [Fact]
    public void Q3_K_bytes_do_not_depend_on_the_width() => AssertSuperBlock<BlockQ3_K>();

    [Fact]
    public void Q4_K_bytes_do_not_depend_on_the_width() => AssertSuperBlock<BlockQ4_K>();

    [Fact]
    public void Q5_K_bytes_do_not_depend_on_the_width() => AssertSuperBlock<BlockQ5_K>();

    [Fact]
    public void Q6_K_bytes_do_not_depend_on_the_width() => AssertSuperBlock<BlockQ6_K>();

    [Fact]
    public void Q4_0_bytes_do_not_depend_on_the_width() => AssertScaled<BlockQ4_0, IntegerLevels>();

    [Fact]
    public void Q4_1_bytes_do_not_depend_on_the_width() => AssertScaled<BlockQ4_1, IntegerLevels>();

    [Fact]
    public void Q5_0_bytes_do_not_depend_on_the_width() => AssertScaled<BlockQ5_0, IntegerLevels>();

    [Fact]
    public void Q5_1_bytes_do_not_depend_on_the_width() => AssertScaled<BlockQ5_1, IntegerLevels>();

    [Fact]
    public void IQ4_NL_bytes_do_not_depend_on_the_width() => AssertScaled<BlockIQ4_NL, IQ4_NLLevels>();

    private static void AssertSuperBlock<TBlock>()
        where TBlock : unmanaged, ISuperBlock<TBlock>
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var (values, weights) = Data(seed, SuperBlock.Size);
            TBlock one = default, eight = default, sixteen = default;

            SuperBlockQuantizer<TBlock, OneFloat>.Apply(values, weights, ref one);
            SuperBlockQuantizer<TBlock, EightFloats>.Apply(values, weights, ref eight);
            AssertSameBytes(one, eight, $"{TBlock.Type}, seed {seed}, eight");
            if (SuperBlock.Size / TBlock.SubBlockSize >= SixteenFloats.Count)
            {
                SuperBlockQuantizer<TBlock, SixteenFloats>.Apply(values, weights, ref sixteen);
                AssertSameBytes(one, sixteen, $"{TBlock.Type}, seed {seed}, sixteen");
            }
        }
    }

    private static void AssertScaled<TBlock, TLevels>()
        where TBlock : unmanaged, IScaledBlock<TBlock, TLevels>
        where TLevels : struct, ILevels
    {
        for (var blocks = 1; blocks <= 19; blocks++)
        {
            var (values, weights) = Data(blocks, blocks * ScaledBlock.Size);
            float[] importance = blocks % 3 == 0 ? [] : weights;
            var (one, eight, sixteen) = (new TBlock[blocks], new TBlock[blocks], new TBlock[blocks]);

            ScaledBlockQuantizer<TBlock, TLevels, OneFloat>.Apply(values, importance, one);
            ScaledBlockQuantizer<TBlock, TLevels, EightFloats>.Apply(values, importance, eight);
            ScaledBlockQuantizer<TBlock, TLevels, SixteenFloats>.Apply(values, importance, sixteen);

            for (var i = 0; i < blocks; i++)
            {
                AssertSameBytes(one[i], eight[i], $"{TBlock.Type}, {blocks} blocks, block {i}, eight");
                AssertSameBytes(one[i], sixteen[i], $"{TBlock.Type}, {blocks} blocks, block {i}, sixteen");
            }
        }
    }

    // Every few runs of a kind that starts and ties stumble over: zeros, equal values, whole numbers, outliers.
    private static (float[] Values, float[] Weights) Data(int seed, int length)
    {
        var random = new Random(seed);
        var values = TestData.Normal(random, length, MathF.Pow(10, random.Next(-7, 3)));
        for (var start = 0; start < length; start += 16)
        {
            var run = values.AsSpan(start, Math.Min(16, length - start));
            switch (random.Next(12))
            {
                case 0: run.Clear(); break;
                case 1: run.Fill(run[0]); break;
                case 2: run[3] *= 50; break;
                case 3: run.Fill(-0f); break;
                case 4:
                    foreach (ref var value in run)
                    {
                        value = random.Next(-8, 9) * 0.125f;
                    }

                    break;
                default: break;
            }
        }

        return (values, TestData.Importance(random, length));
    }

    private static void AssertSameBytes<TBlock>(TBlock expected, TBlock actual, string context)
        where TBlock : unmanaged
    {
        var expectedBytes = MemoryMarshal.AsBytes(new ReadOnlySpan<TBlock>(in expected));
        var actualBytes = MemoryMarshal.AsBytes(new ReadOnlySpan<TBlock>(in actual));
        var same = expectedBytes.CommonPrefixLength(actualBytes);
        Assert.True(same == expectedBytes.Length, $"{context}: byte {same} differs");
    }
}
