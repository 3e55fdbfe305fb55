using Xunit;

namespace Cairn.Tensors.Tests;

public sealed unsafe class SuperBlockActivationQuantizerTests
{
    [Fact]
    public void Quants_scales_and_sums_equal_the_reference_q8_K_blocks()
    {
        var golden = GoldenTensors.Open("activations");
        foreach (var tokens in (int[])[16, 15]) // in tiles, and with tokens left over
        {
            using var buffer = Quantize(golden.Read<float>("input"), tokens, 256);
            var activations = new Int8Activations(buffer.Pointer, tokens, 256, ActivationForm.SuperBlocks);

            ReferenceSuperBlocks.AssertEqual(golden.Bytes("q8_K"), activations, tokens);
        }
    }

    [Fact]
    public void Vectors_equal_scalar()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var x = TestData.Uniform(random, 257, MathF.Pow(2, random.Next(-30, 30)));
            if (seed % 3 == 0)
            {
                x = [.. x.Select(_ => random.Next(-254, 255) / 2f)]; // ties
            }

            var inverse = seed % 3 == 0 ? 1f : -127f / x.Skip(1).Max(MathF.Abs);
            var expected = new sbyte[256];
            var actual = new sbyte[256];
            fixed (float* px = &x[1]) // not aligned to a vector
            fixed (sbyte* e = expected, a = actual)
            {
                SuperBlockActivationQuantizer.Scalar(px, inverse, e);
                SuperBlockActivationQuantizer.Round(px, inverse, a);
            }

            Assert.True(expected.AsSpan().SequenceEqual(actual), $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Block_with_a_number_that_is_not_finite_gets_the_scale_NaN_and_no_other_does(float value)
    {
        var x = TestData.Uniform(new Random(1), 5 * 512);
        x[300] = value;
        x[(4 * 512) + 7] = value;

        using var buffer = Quantize(x, 5, 512);

        var activations = new Int8Activations(buffer.Pointer, 5, 512, ActivationForm.SuperBlocks);
        for (var i = 0; i < 10; i++)
        {
            var expected = i is 1 or 8;
            Assert.True(expected == float.IsNaN(activations.SuperBlocks(i / 2).Scale(i % 2)), $"token {i / 2}, block {i % 2}");
        }
    }

    [Fact]
    public void Block_of_tiny_values_becomes_zero()
    {
        using var buffer = Quantize([.. Enumerable.Repeat(-1e-37f, 256)], 1, 256);

        var token = new Int8Activations(buffer.Pointer, 1, 256, ActivationForm.SuperBlocks).SuperBlocks(0);
        Assert.Equal(0, token.Scale(0));
        Assert.All(Enumerable.Range(0, 256), k => Assert.Equal(0, token.Quant(0, k)));
    }

    [Fact]
    public void First_of_two_opposite_extremes_decides_the_sign()
    {
        var x = new float[256];
        (x[9], x[17]) = (2, -2);
        using var buffer = Quantize(x, 1, 256);

        var token = new Int8Activations(buffer.Pointer, 1, 256, ActivationForm.SuperBlocks).SuperBlocks(0);
        Assert.Equal(-127, token.Quant(0, 9));
        Assert.Equal(127, token.Quant(0, 17));
    }

    private static AlignedMemory<byte> Quantize(float[] x, int tokens, int columns)
    {
        var buffer = new AlignedMemory<byte>(Int8Activations.Bytes(tokens, columns, ActivationForm.SuperBlocks));
        buffer.AsSpan().Fill(0xAA);
        var activations = new Int8Activations(buffer.Pointer, tokens, columns, ActivationForm.SuperBlocks);
        fixed (float* px = x)
        {
            for (var tile = 0; tile < activations.TileCount; tile++)
            {
                activations.Quantize(px, tile);
            }
        }

        return buffer;
    }
}
