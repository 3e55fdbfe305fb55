using Xunit;

namespace Cairn.Tensors.Tests;

public sealed unsafe class InterleavedLayoutTests
{
    private const int Blocks = 3;
    private const int Block = 1;

    /// <summary>Rows of a panel, f16 numbers and bytes of quants of a block: every width, and sizes that leave words over.</summary>
    public static TheoryData<int, int, int> Layouts
    {
        get
        {
            var layouts = new TheoryData<int, int, int>();
            foreach (var rows in (int[])[4, 8, 16])
            {
                foreach (var quantBytes in (int[])[4, 12, 16, 20, 24, 32, 144])
                {
                    layouts.Add(rows, 1, quantBytes);
                    layouts.Add(rows, 2, quantBytes);
                }
            }

            return layouts;
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Rows_stored_together_lie_as_if_stored_one_by_one(int rows, int scales, int quantBytes)
    {
        var layout = new InterleavedLayout(rows, scales, quantBytes);
        for (var seed = 0; seed < 5; seed++)
        {
            var stride = layout.BlockBytes + seed; // rows of any distance, and unaligned
            var source = new byte[rows * stride];
            new Random(seed).NextBytes(source);
            for (var row = 0; row < rows; row++)
            {
                SetScale(source, (row * stride) + (row % scales * sizeof(ushort)), 0x3C00);
            }

            var expected = new byte[layout.PanelBytes(Blocks)];
            var actual = new byte[expected.Length];
            var isFinite = true;
            fixed (byte* from = source, one = expected, all = actual)
            {
                for (var row = 0; row < rows; row++)
                {
                    isFinite &= layout.StoreBlock(one, Blocks, Block, row, from + (row * stride));
                }

                Assert.Equal(isFinite, layout.StoreBlocks(all, Blocks, Block, from, stride));
            }

            Assert.True(expected.AsSpan().SequenceEqual(actual), $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(0x7C00, false)] // infinity
    [InlineData(0xFC01, false)] // NaN
    [InlineData(0xFFFF, false)]
    [InlineData(0x7BFF, true)] // the largest
    [InlineData(0xFBFF, true)]
    [InlineData(0x8000, true)]
    public void Scale_that_is_not_finite_is_seen_in_every_row(int bits, bool isFinite)
    {
        foreach (var rows in (int[])[4, 8, 16])
        {
            var layout = new InterleavedLayout(rows, 2, 16);
            using var panel = new AlignedMemory<byte>(layout.PanelBytes(Blocks));
            for (var place = 0; place < rows * 2; place++)
            {
                var source = new byte[rows * layout.BlockBytes];
                SetScale(source, (place / 2 * layout.BlockBytes) + (place % 2 * sizeof(ushort)), bits);
                fixed (byte* from = source)
                {
                    Assert.Equal(isFinite, layout.StoreBlocks(panel.Pointer, Blocks, Block, from, layout.BlockBytes));
                }
            }
        }
    }

    private static void SetScale(byte[] bytes, int offset, int bits) =>
        BitConverter.TryWriteBytes(bytes.AsSpan(offset), (ushort)bits);
}
