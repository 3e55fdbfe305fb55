using System.Numerics;

namespace Cairn.Tensors;

/// <summary>
/// Float arithmetic for any format: rows are dequantised into the worker's scratch and multiplied by all tokens from
/// there. Few tokens read F32 rows where they are, a single one F16 and BF16 rows too.
/// </summary>
/// <remarks>
/// Many tokens take sixteen rows at a time, a stretch of columns after the other: its weights stay close to the core while
/// every tile of tokens passes by, and the sums of the tiles wait in scratch. An output is the same sum in the same order
/// however many tokens there are.
/// </remarks>
internal sealed unsafe class FloatKernel(BlockFormat format) : MatrixKernel
{
    private const int WidePanels = 4;       // panels that share the activations of many tokens
    private const int PanelTokens = 48;     // tokens whose sums wait
    private const int StretchColumns = 640; // at most
    private const int FewTokens = 16;       // more pay for copying F32 rows to where their cache sets differ
    private const int HalfWay = 2048 / sizeof(float);

    public override string Name { get; } = $"{format.Name} rows float32 {FloatTile.InstructionSet}";

    public override int PanelRows => FloatTile.Rows;

    public override ActivationForm Form => ActivationForm.Floats;

    private static int SumsLength => PanelTokens / FloatTile.Tokens * WidePanels * FloatTile.SumsLength;

    public override long PackedBytes(int rows, int columns) => 0;

    public override int ScratchLength(int columns) =>
        checked(SumsLength + (WidePanels * FloatTile.Rows * Stride(columns)));

    public override bool Pack(byte* source, int rows, int columns, int panel, int endPanel, byte* packed) =>
        throw new InvalidOperationException($"{Name} reads the file's own layout; there is nothing to pack.");

    public override int ChunkPanels(int tokens) => tokens is 1 or > FewTokens ? WidePanels : 1;

    public override void Multiply(in KernelCall call, int panel, int endPanel, float* scratch)
    {
        if (call.Tokens == 1 && ShortFloatTile.Serves(format.Type))
        {
            MultiplyShort(call, panel, endPanel);
            return;
        }

        var step = call.Tokens > FewTokens ? WidePanels : 1;
        var tiled = call.Tokens - (call.Tokens % FloatTile.Tokens);
        var panels = stackalloc FloatPanel[WidePanels];
        for (; panel < endPanel; panel += step)
        {
            var count = Math.Min(step, endPanel - panel);
            for (var p = 0; p < count; p++)
            {
                panels[p] = LoadPanel(
                    call, panel + p, scratch + SumsLength + (p * FloatTile.Rows * Stride(call.Columns)));
            }

            for (var token = 0; token < tiled; token += PanelTokens)
            {
                MultiplyTiles(call, panel, panels, count, token, Math.Min(PanelTokens, tiled - token), scratch);
            }

            for (var p = 0; p < count; p++)
            {
                MultiplyTokens(call, panel + p, panels[p], tiled);
            }
        }
    }

    public override void DequantizeRow(byte* data, int rows, int columns, int row, Span<float> values)
    {
        var bytes = format.RowBytes(columns);
        format.Dequantize(new ReadOnlySpan<byte>(data + (row * bytes), checked((int)bytes)), values);
    }

    private void MultiplyShort(in KernelCall call, int panel, int endPanel)
    {
        for (; panel < endPanel; panel++)
        {
            var row = panel * FloatTile.Rows;
            ShortFloatTile.Multiply(
                format.Type,
                (short*)call.Weights + ((long)row * call.Columns),
                Math.Min(FloatTile.Rows, call.Rows - row),
                call.Activations.Values,
                call.Columns,
                OutputAt(call, panel, 0));
        }
    }

    private FloatPanel LoadPanel(in KernelCall call, int panel, float* scratch)
    {
        var row = panel * FloatTile.Rows;
        var rowCount = Math.Min(FloatTile.Rows, call.Rows - row);
        if (format.Type == GgmlType.F32 && call.Tokens <= FewTokens)
        {
            return new FloatPanel((float*)call.Weights + ((long)row * call.Columns), call.Columns, rowCount);
        }

        var stride = Stride(call.Columns);
        for (var r = 0; r < rowCount; r++)
        {
            var values = new Span<float>(scratch + (r * stride), call.Columns);
            DequantizeRow(call.Weights, call.Rows, call.Columns, row + r, values);
        }

        return new FloatPanel(scratch, stride, rowCount);
    }

    // Tiles [tiles][panels] of sums.
    private static void MultiplyTiles(
        in KernelCall call, int panel, FloatPanel* panels, int count, int token, int tokens, float* sums)
    {
        var columns = call.Columns;
        var tileColumns = columns - (columns % Vector<float>.Count);
        var tiles = tokens / FloatTile.Tokens;
        var tileSums = count * FloatTile.SumsLength;
        var x = call.Activations.Values + ((long)token * columns);
        new Span<float>(sums, tiles * tileSums).Clear();
        var stretch = StretchLength(columns);
        for (var start = 0; start < tileColumns; start += stretch)
        {
            var end = Math.Min(start + stretch, tileColumns);
            for (var tile = 0; tile < tiles; tile++)
            {
                for (var p = 0; p < count; p++)
                {
                    FloatTile.Add(
                        panels[p],
                        x + (tile * FloatTile.Tokens * columns),
                        columns,
                        start,
                        end,
                        sums + (tile * tileSums) + (p * FloatTile.SumsLength));
                }
            }
        }

        for (var tile = 0; tile < tiles; tile++)
        {
            for (var p = 0; p < count; p++)
            {
                FloatTile.Store(
                    panels[p],
                    x + (tile * FloatTile.Tokens * columns),
                    columns,
                    sums + (tile * tileSums) + (p * FloatTile.SumsLength),
                    OutputAt(call, panel + p, token + (tile * FloatTile.Tokens)),
                    call.OutputStride);
            }
        }
    }

    private static void MultiplyTokens(in KernelCall call, int panel, FloatPanel weights, int token)
    {
        for (; token < call.Tokens; token++)
        {
            FloatTile.Multiply(
                weights,
                call.Activations.Values + ((long)token * call.Columns),
                call.Columns,
                OutputAt(call, panel, token));
        }
    }

    private static float* OutputAt(in KernelCall call, int panel, int token) =>
        call.Output + ((long)token * call.OutputStride) + (panel * FloatTile.Rows);

    // Stretches of equal length, in whole vectors.
    private static int StretchLength(int columns)
    {
        var stretches = ((columns - 1) / StretchColumns) + 1;
        return ((columns / stretches / Vector<float>.Count) + 1) * Vector<float>.Count;
    }

    // An odd number of half ways of the first-level cache: the stretches of eight rows spread over all its sets.
    private static int Stride(int columns) => (((columns + HalfWay - 1) / HalfWay) | 1) * HalfWay;
}
