using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// The specification of the 16-bit kernels, and what serves a machine without their instructions: one output at a time,
/// reading like the formula s · Σ_blocks d · Σ q·a.
/// </summary>
internal sealed unsafe class Q8_0Int16ScalarKernel(BlockFormat format)
    : Int16Kernel(format, new InterleavedLayout(Rows, PlainScales.Count, BlockQ8_0.Size), "scalar")
{
    private const int Rows = 8;

    protected override int UnpackedBytes => 0;

    protected override void MultiplyTiles(
        in PanelWeights first,
        in PanelWeights second,
        in Int16Activations activations,
        int token,
        int tiles,
        float* y,
        int stride,
        byte* unpacked)
    {
        for (var end = token + (tiles * TileTokens); token < end; token++, y += stride)
        {
            MultiplyToken(first, activations.Row(token), activations.Scales[token], y);
            MultiplyToken(second, activations.Row(token), activations.Scales[token], y + Rows);
        }
    }

    protected override void MultiplyToken(in PanelWeights weights, short* token, float scale, float* y)
    {
        for (var row = 0; row < Rows; row++)
        {
            y[row] = scale * Dot(weights, token, row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot(in PanelWeights weights, short* token, int row)
    {
        var halves = (ushort*)weights.Scales + row;
        var quants = (sbyte*)weights.Quants + (row * sizeof(int));
        var total = 0f;
        for (var block = 0; block < weights.Blocks; block++, halves += Rows)
        {
            var dot = 0;
            for (var group = 0; group < BlockQ8_0.Size / 4; group++, quants += Rows * sizeof(int), token += 4)
            {
                dot += (quants[0] * token[0]) + (quants[2] * token[1]) + (quants[1] * token[2]) + (quants[3] * token[3]);
            }

            total = MathF.FusedMultiplyAdd(HalfVector.Load((byte*)halves), dot, total);
        }

        return total;
    }
}
