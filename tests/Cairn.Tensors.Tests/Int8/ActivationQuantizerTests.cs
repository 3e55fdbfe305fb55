using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Xunit;

namespace Cairn.Tensors.Tests;

public sealed unsafe class ActivationQuantizerTests
{
    private delegate void Quantizer(float* x, int columns, BlockToken token);

    [Fact]
    public void Vectors_equal_scalar() => AssertEqualsScalar(ActivationQuantizer.Vectors);

    [Fact]
    public void Vectors_of_256_bits_equal_scalar()
    {
        if (Avx2.IsSupported)
        {
            AssertEqualsScalar(ActivationQuantizer.Vectors256);
        }
    }

    [Fact]
    public void Four_tokens_at_once_equal_scalar()
    {
        if (!Avx2.IsSupported)
        {
            return;
        }

        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var columns = 32 * random.Next(1, 10);
            var x = Activations(random, seed, (Int8Activations.TileTokens * columns) + 1);
            var expected = new byte[Int8Activations.Bytes(Int8Activations.TileTokens, columns, ActivationForm.Blocks)];
            var actual = new byte[expected.Length];
            fixed (float* px = &x[1]) // not aligned to a vector
            fixed (byte* e = expected, a = actual)
            {
                var tile = new Int8Activations(e, Int8Activations.TileTokens, columns, ActivationForm.Blocks);
                for (var token = 0; token < Int8Activations.TileTokens; token++)
                {
                    ActivationQuantizer.Scalar(px + (token * columns), columns, tile.Blocks(token));
                }

                ActivationTileQuantizer.Apply(px, columns, a);
            }

            Assert.True(expected.AsSpan().SequenceEqual(actual), $"seed {seed}, {columns} columns");
        }
    }

    [Fact]
    public void Quants_equal_the_reference_q8_0_blocks()
    {
        var golden = GoldenTensors.Open("activations");
        var input = golden.Read<float>("input");
        var blocks = MemoryMarshal.Cast<byte, BlockQ8_0>(golden.Bytes("q8_0"));
        foreach (var tokens in (int[])[16, 15]) // in tiles, and with tokens left over
        {
            using var buffer = Quantize(input, tokens, 256);
            var activations = new Int8Activations(buffer.Pointer, tokens, 256, ActivationForm.Blocks);
            for (var i = 0; i < tokens * 8; i++)
            {
                ref readonly var expected = ref blocks[i];
                var token = activations.Blocks(i / 8);
                var quants = Enumerable.Range(0, 32).Select(k => token.Quant(i % 8, k)).ToArray();

                Assert.Equal(MemoryMarshal.CreateReadOnlySpan(in expected.Quants[0], 32).ToArray(), quants);
                Assert.Equal(expected.Scale, (Half)token.Scale(i % 8));
                Assert.Equal(quants.Sum(q => q), token.Sum(i % 8));
            }
        }
    }

    [Fact]
    public void Buffer_holds_whole_tiles_and_single_tokens()
    {
        Assert.Equal((2 * 3 * 160) + (3 * 3 * 40), Int8Activations.Bytes(11, 96, ActivationForm.Blocks));
        Assert.Equal(3, new Int8Activations(null, 11, 96, ActivationForm.Blocks).TileCount);
    }

    private static void AssertEqualsScalar(Quantizer quantize)
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var columns = 32 * random.Next(1, 10);
            var x = Activations(random, seed, columns + 1);
            for (var tokens = 1; tokens <= Int8Activations.TileTokens; tokens += 3)
            {
                var expected = new byte[Int8Activations.Bytes(tokens, columns, ActivationForm.Blocks)];
                var actual = new byte[expected.Length];
                fixed (float* px = &x[1]) // not aligned to a vector
                fixed (byte* e = expected, a = actual)
                {
                    ActivationQuantizer.Scalar(px, columns, new Int8Activations(e, tokens, columns, ActivationForm.Blocks).Blocks(tokens - 1));
                    quantize(px, columns, new Int8Activations(a, tokens, columns, ActivationForm.Blocks).Blocks(tokens - 1));
                }

                Assert.True(expected.AsSpan().SequenceEqual(actual), $"seed {seed}, token {tokens - 1}");
            }
        }
    }

    // Of any size; with ties, with what no number is, and with blocks of zeros and of numbers below all scales.
    private static float[] Activations(Random random, int seed, int length)
    {
        var x = TestData.Uniform(random, length, MathF.Pow(2, random.Next(-30, 30)));
        if (seed % 3 == 0)
        {
            // Ties: multiples of half a step of a block whose largest value is 127.
            x = [.. x.Select(_ => random.Next(-254, 255) / 2f)];
        }

        for (var i = 0; i < seed % 5; i++)
        {
            float[] special = [0f, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e-40f, 3e38f];
            x[random.Next(x.Length)] = special[random.Next(special.Length)];
        }

        if (seed % 7 == 0)
        {
            var start = random.Next(length);
            x.AsSpan(start, Math.Min(80, length - start)).Fill(seed % 2 == 0 ? 0 : 1e-37f);
        }

        return x;
    }

    private static AlignedMemory<byte> Quantize(float[] x, int tokens, int columns)
    {
        var buffer = new AlignedMemory<byte>(Int8Activations.Bytes(tokens, columns, ActivationForm.Blocks));
        buffer.AsSpan().Fill(0xAA);
        var activations = new Int8Activations(buffer.Pointer, tokens, columns, ActivationForm.Blocks);
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
