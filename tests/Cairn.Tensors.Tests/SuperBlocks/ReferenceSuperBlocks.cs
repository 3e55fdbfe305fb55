using System.Runtime.InteropServices;
using Xunit;

namespace Cairn.Tensors.Tests;

/// <summary>The reference's q8_K blocks: f32 scale, 256 quants, 16 sums as int16.</summary>
internal static unsafe class ReferenceSuperBlocks
{
    private const int BlockBytes = 4 + 256 + 32;

    /// <summary>Stores one block a token.</summary>
    public static void Store(ReadOnlySpan<byte> blocks, Int8Activations activations, int tokens)
    {
        for (var t = 0; t < tokens; t++)
        {
            var block = blocks.Slice(t * BlockBytes, BlockBytes);
            var token = activations.SuperBlocks(t);
            token.Scale(0) = MemoryMarshal.Read<float>(block);
            fixed (byte* quants = block[4..])
            {
                token.Store(0, (sbyte*)quants);
            }
        }
    }

    /// <summary>Fails unless the activations are these blocks, one a token.</summary>
    public static void AssertEqual(ReadOnlySpan<byte> blocks, Int8Activations activations, int tokens)
    {
        for (var t = 0; t < tokens; t++)
        {
            var block = blocks.Slice(t * BlockBytes, BlockBytes);
            var quants = MemoryMarshal.Cast<byte, sbyte>(block.Slice(4, 256)).ToArray();
            var sums = MemoryMarshal.Cast<byte, short>(block[260..]).ToArray();
            var token = activations.SuperBlocks(t);

            Assert.Equal(MemoryMarshal.Read<float>(block), token.Scale(0));
            Assert.Equal(quants, Enumerable.Range(0, 256).Select(k => token.Quant(0, k)));
            Assert.Equal(sums, Enumerable.Range(0, 16).Select(i => token.Sum(0, 16, i)));
            Assert.Equal(
                sums.Select(sum => -sum), Enumerable.Range(0, 16).Select(i => token.Offset(0, i, 0) + token.Offset(0, i, 1)));
            Assert.Equal(
                sums.Chunk(2).Select(pair => pair[0] + pair[1]), Enumerable.Range(0, 8).Select(i => (int)token.Sum(0, 32, i)));
        }
    }
}
