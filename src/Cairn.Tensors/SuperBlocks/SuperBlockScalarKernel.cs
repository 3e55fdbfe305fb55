using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// The specification of the kernels with 256 columns a block, and what serves a machine without their instructions: one
/// output at a time, reading like the formula Σ_blocks s · (d · Σ_j scale_j · Σ (q − offset)·a − m · Σ_j minimum_j · Σ
/// a).
/// </summary>
internal sealed unsafe class SuperBlockScalarKernel<TQuants, TScales>(BlockFormat format, SuperBlockReader reader)
    : SuperBlockKernel<TQuants, TScales>(format, reader, Rows, "scalar")
    where TQuants : IQuantPlanes
    where TScales : IScaleWords
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
            var token = new SuperBlockToken(tile, Int8Activations.TileTokens, i % Int8Activations.TileTokens);
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
                Multiply(weights.Skip(panel), new SuperBlockToken(tile, tokens, token), totals);
            }
        }
    }

    private static void Multiply(in PanelWeights weights, SuperBlockToken token, float* y)
    {
        for (var row = 0; row < Rows; row++)
        {
            y[row] = Dot(weights, token, row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot(in PanelWeights weights, SuperBlockToken token, int row)
    {
        var halves = (ushort*)weights.Scales + row;
        var scales = (uint*)weights.Quants + row;
        var total = 0f;
        for (var block = 0; block < weights.Blocks; block++, halves += HalfCount * Rows)
        {
            var quants = scales + (IScaleWords.Bytes / sizeof(uint) * Rows);
            var (dot, minimums) = (0, 0);
            for (var subBlock = 0; subBlock < SuperBlock.Size / TScales.SubBlockColumns; subBlock++)
            {
                dot += TScales.Scale(scales, Rows, subBlock) * Dot(quants, token, block, subBlock);
                var sum = token.Sum(block, TScales.SubBlockColumns, subBlock);
                minimums += TScales.Minimum(scales, Rows, subBlock) * sum;
            }

            var scale = token.Scale(block);
            total = MathF.FusedMultiplyAdd(HalfVector.Load((byte*)halves) * scale, dot, total);
            if (TScales.HasMinimums)
            {
                total = MathF.FusedMultiplyAdd(-(HalfVector.Load((byte*)(halves + Rows)) * scale), minimums, total);
            }

            scales = quants + (UnitCount * TQuants.Bytes / sizeof(uint) * Rows);
        }

        return total;
    }

    private static int Dot(uint* quants, SuperBlockToken token, int block, int subBlock)
    {
        var dot = 0;
        for (var k = subBlock * TScales.SubBlockColumns; k < (subBlock + 1) * TScales.SubBlockColumns; k++)
        {
            var unit = quants + (k / UnitColumns * (TQuants.Bytes / sizeof(uint)) * Rows);
            dot += (TQuants.Unpack(unit, Rows, k % UnitColumns) - Offset) * token.Quant(block, k);
        }

        return dot;
    }
}
