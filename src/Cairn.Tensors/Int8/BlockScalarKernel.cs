using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// The specification of the kernels with 32 columns a block, and what serves a machine without their instructions: one
/// output at a time, reading like the formula Σ_blocks s · (d · Σ q·a + …).
/// </summary>
internal sealed unsafe class BlockScalarKernel<TQuants, TScales>(BlockFormat format, BlockReader? reader)
    : BlockKernel<TQuants, TScales>(format, reader, Rows, "scalar")
    where TQuants : IQuantPlanes
    where TScales : IBlockScales
{
    private const int Rows = 8;

    protected override int UnpackedBytes => 0;

    protected override void MultiplyTiles(
        in PanelWeights first,
        in PanelWeights second,
        byte* tiles,
        long tileBytes,
        int count,
        byte* unpacked,
        float* totals)
    {
        for (var i = 0; i < count * Int8Activations.TileTokens; i++, totals += TilePanels * Rows)
        {
            var tile = tiles + (i / Int8Activations.TileTokens * tileBytes);
            var token = new BlockToken(tile, Int8Activations.TileTokens, i % Int8Activations.TileTokens);
            Multiply(first, token, totals);
            Multiply(second, token, totals + Rows);
        }
    }

    protected override void MultiplyFew(
        in PanelWeights weights, int panels, byte* tile, int tokens, byte* unpacked, float* totals)
    {
        for (var token = 0; token < tokens; token++)
        {
            for (var panel = 0; panel < panels; panel++, totals += Rows)
            {
                Multiply(weights.Skip(panel), new BlockToken(tile, tokens, token), totals);
            }
        }
    }

    private static void Multiply(in PanelWeights weights, BlockToken token, float* y)
    {
        for (var row = 0; row < Rows; row++)
        {
            y[row] = Dot(weights, token, row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot(in PanelWeights weights, BlockToken token, int row)
    {
        var halves = (ushort*)weights.Scales + row;
        var quants = (uint*)weights.Quants + row;
        var total = 0f;
        for (var block = 0; block < weights.Blocks; block++)
        {
            var dot = 0;
            for (var k = 0; k < BlockToken.Columns; k++)
            {
                dot += TQuants.Unpack(quants, Rows, k) * token.Quant(block, k);
            }

            var d = HalfVector.Load((byte*)halves);
            var m = TScales.Count > 1 ? HalfVector.Load((byte*)(halves + Rows)) : 0;
            total = TScales.Add(total, dot, d, m, token.Scale(block), token.Sum(block));
            halves += TScales.Count * Rows;
            quants += TQuants.Bytes / sizeof(uint) * Rows;
        }

        return total;
    }
}
