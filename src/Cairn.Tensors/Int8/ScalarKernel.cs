using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// The specification of the integer kernels, and what serves a machine without their instructions: one output at a
/// time, reading like the formula Σ_blocks s · (d · Σ q·a + …).
/// </summary>
internal sealed unsafe class ScalarKernel<TScales, TQuants>(BlockFormat format)
    : InterleavedKernel(format, new InterleavedLayout(Rows, TScales.Count, TQuants.Bytes), "scalar")
    where TScales : struct, IBlockScales
    where TQuants : struct, IBlockQuants
{
    private const int Rows = 8;

    protected override void MultiplyTile(in PanelWeights weights, byte* tile, float* y, int stride)
    {
        for (var t = 0; t < TokenTile.Tokens; t++)
        {
            Multiply(weights, TokenTile.Slot(tile, t), y + ((long)t * stride));
        }
    }

    protected override void MultiplyToken(in PanelWeights weights, byte* token, float* y) =>
        Multiply(weights, TokenRow.Slot(token), y);

    protected override void MultiplyTokenWide(in PanelWeights weights, byte* token, float* y)
    {
        for (var panel = 0; panel < WidePanels; panel++)
        {
            var offset = panel * weights.PanelBytes;
            var one = new PanelWeights(weights.Scales + offset, weights.Quants + offset, weights.PanelBytes, weights.Blocks);
            MultiplyToken(one, token, y + (panel * Rows));
        }
    }

    private static void Multiply(in PanelWeights weights, TokenSlot token, float* y)
    {
        for (var row = 0; row < Rows; row++)
        {
            y[row] = Dot(weights, token, row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot(in PanelWeights weights, TokenSlot token, int row)
    {
        var scales = (ushort*)weights.Scales + row;
        var quants = weights.Quants + (row * sizeof(uint));
        var total = 0f;
        for (var block = 0; block < weights.Blocks; block++)
        {
            var dot = TQuants.Dot(quants, Rows * sizeof(uint), token.Quants(block));
            var d = HalfVector.Load((byte*)scales);
            var m = TScales.Count > 1 ? HalfVector.Load((byte*)(scales + Rows)) : 0;
            total = TScales.Add(total, dot, d, m, token.Scale(block), token.Sum(block));
            scales += TScales.Count * Rows;
            quants += TQuants.Bytes * Rows;
        }

        return total;
    }
}
