using System.Runtime.InteropServices;
using Xunit;

namespace Cairn.Tensors.Tests;

public sealed unsafe class ActivationQuantizerTests
{
    [Fact]
    public void Vectors_equal_scalar()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var columns = 32 * random.Next(1, 10);
            var x = TestData.Uniform(random, columns + 1, MathF.Pow(2, random.Next(-30, 30)));
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

            for (var t = 0; t < TokenTile.Tokens; t++)
            {
                var expected = new byte[TokenTile.Bytes(columns)];
                var actual = new byte[expected.Length];
                fixed (float* px = &x[1]) // not aligned to a vector
                fixed (byte* e = expected, a = actual)
                {
                    ActivationQuantizer.Scalar(px, columns, t, e);
                    ActivationQuantizer.Vectors(px, columns, t, a);
                }

                Assert.True(expected.AsSpan().SequenceEqual(actual), $"seed {seed}, token {t}");
            }
        }
    }

    [Fact]
    public void Quants_equal_the_reference_q8_0_blocks()
    {
        var golden = GoldenTensors.Open("activations");
        var input = golden.Read<float>("input");
        var blocks = MemoryMarshal.Cast<byte, BlockQ8_0>(golden.Bytes("q8_0"));
        var tiles = Quantize(input, 16, 256);
        for (var token = 0; token < 16; token++)
        {
            for (var b = 0; b < 8; b++)
            {
                ref readonly var expected = ref blocks[(token * 8) + b];
                var tile = tiles.AsSpan((token / 4 * (int)TokenTile.Bytes(256)) + (b * TokenTile.BlockBytes));
                var quants = MemoryMarshal.Cast<byte, sbyte>(tile.Slice(token % 4 * 32, 32));
                var scale = MemoryMarshal.Cast<byte, float>(tile[TokenTile.Scales..])[token % 4];

                Assert.Equal(MemoryMarshal.CreateReadOnlySpan(in expected.Quants[0], 32).ToArray(), quants.ToArray());
                Assert.Equal(expected.Scale, (Half)scale);
            }
        }
    }

    [Fact]
    public void Missing_tokens_of_the_last_tile_are_zero()
    {
        var tiles = Quantize(TestData.Uniform(new Random(1), 5 * 64), 5, 64);

        for (var b = 0; b < 2; b++)
        {
            var block = tiles.AsSpan((int)TokenTile.Bytes(64) + (b * TokenTile.BlockBytes), TokenTile.BlockBytes);
            Assert.NotEqual(-1, block[..32].IndexOfAnyExcept((byte)0));
            Assert.Equal(-1, block[32..128].IndexOfAnyExcept((byte)0));
            Assert.Equal([0f, 0f, 0f], MemoryMarshal.Cast<byte, float>(block[TokenTile.Scales..])[1..4].ToArray());
            Assert.Equal([0f, 0f, 0f], MemoryMarshal.Cast<byte, float>(block[TokenTile.Sums..])[1..4].ToArray());
        }
    }

    private static byte[] Quantize(float[] x, int tokens, int columns)
    {
        var tiles = new byte[TokenTile.Count(tokens) * TokenTile.Bytes(columns)];
        tiles.AsSpan().Fill(0xAA);
        fixed (float* px = x)
        fixed (byte* p = tiles)
        {
            ActivationQuantizer.Apply(px, tokens, columns, 0, TokenTile.Count(tokens), p);
        }

        return tiles;
    }
}
