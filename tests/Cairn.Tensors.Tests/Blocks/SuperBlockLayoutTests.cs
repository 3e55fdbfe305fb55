using System.Runtime.InteropServices;
using Xunit;

namespace Cairn.Tensors.Tests;

/// <summary>What is packed is read back, by the vector path and by the specification.</summary>
public sealed class SuperBlockLayoutTests
{
    [Fact]
    public void Q2_K_reads_back_what_it_stores() => AssertStores<BlockQ2_K>();

    [Fact]
    public void Q3_K_reads_back_what_it_stores() => AssertStores<BlockQ3_K>();

    [Fact]
    public void Q4_K_reads_back_what_it_stores() => AssertStores<BlockQ4_K>();

    [Fact]
    public void Q5_K_reads_back_what_it_stores() => AssertStores<BlockQ5_K>();

    [Fact]
    public void Q6_K_reads_back_what_it_stores() => AssertStores<BlockQ6_K>();

    [Fact]
    public void Five_bits_are_read_back_one_by_one_and_by_halves()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var numbers = Enumerable.Range(0, 32).Select(_ => (byte)random.Next(32)).ToArray();
            var array = default(FiveBitArray);

            array.Set(numbers);

            for (var i = 0; i < 32; i++)
            {
                Assert.True(numbers[i] == array[i], $"seed {seed}, number {i}: stored {numbers[i]}, read {array[i]}");
                Assert.Equal(numbers[i], array.Load(i / 16)[i % 16]);
            }
        }
    }

    private static void AssertStores<TBlock>()
        where TBlock : unmanaged, ISuperBlock<TBlock>
    {
        var subBlocks = SuperBlock.Size / TBlock.SubBlockSize;
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var block = default(TBlock);
            random.NextBytes(MemoryMarshal.AsBytes(new Span<TBlock>(ref block)));
            var quants = Enumerable.Range(0, 256).Select(_ => (sbyte)random.Next(TBlock.LowestQuant, TBlock.HighestQuant + 1)).ToArray();
            var scales = Enumerable.Range(0, subBlocks).Select(_ => random.Next(TBlock.LowestScale, TBlock.HighestScale + 1)).ToArray();
            var minima = Enumerable.Range(0, subBlocks).Select(_ => random.Next(0, TBlock.HighestMinimum + 1)).ToArray();
            var minimumScale = TBlock.HighestMinimum > 0 ? (Half)0.25f : Half.Zero;

            TBlock.SetScales(ref block, (Half)0.5f, scales, minimumScale, minima);
            TBlock.Pack(ref block, quants);

            for (var i = 0; i < 256; i++)
            {
                var read = TBlock.Load(block, i / 16 * 16)[i % 16] + TBlock.LowestQuant;
                Assert.True(quants[i] == read, $"{TBlock.Type}, seed {seed}, weight {i}: stored {quants[i]}, read {read}");
                Assert.Equal(quants[i], TBlock.Quant(block, i));
            }

            var storedScales = new sbyte[subBlocks];
            var storedMinima = new byte[subBlocks];
            Assert.Equal(((Half)0.5f, minimumScale), TBlock.GetScales(block, storedScales, storedMinima));
            for (var j = 0; j < subBlocks; j++)
            {
                Assert.Equal((scales[j], minima[j]), (storedScales[j], storedMinima[j]));
                Assert.Equal(0.5f * scales[j], TBlock.Step(block, j));
                Assert.Equal(0.25f * minima[j], TBlock.Minimum(block, j));
            }
        }
    }
}
