namespace Cairn.Tensors;

/// <summary>
/// Integer kernels with 8-bit activations over <see cref="InterleavedLayout"/>: the walk over panels and tokens, shared
/// by all formats and widths.
/// </summary>
/// <remarks>
/// Tiles of four tokens take a panel a stretch of columns at a time: its quants are unpacked once, then meet every
/// tile, whose sums wait in scratch. Left-over tokens unpack as they go, several panels at once: several streams from
/// memory are faster than one. Either way the blocks of an output are added in the order of k with the same float
/// operations, so a result depends neither on its batch mates nor on the instruction set.
/// </remarks>
internal abstract unsafe class Int8Kernel(
    BlockFormat format, InterleavedLayout layout, ActivationForm form, string instructionSet)
    : PackedKernel(format, layout, "int8", instructionSet)
{
    /// <summary>Panels that tiles take at once.</summary>
    internal const int TilePanels = 2;

    private const int WidePanels = 4;
    private const int MaxTiles = 16;
    private const int TokenPanelBytes = 768 << 10; // activations that a core's caches feed to every stretch of weights

    public sealed override ActivationForm Form => form;

    /// <summary>Bytes of scratch for one unpacked stretch of a panel.</summary>
    protected abstract int UnpackedBytes { get; }

    public sealed override int ScratchLength(int columns) => TotalsLength + (UnpackedBytes / sizeof(float));

    // Single tokens want several panels at once; for tiles the smallest piece balances best.
    public sealed override int ChunkPanels(int tokens) => tokens < Int8Activations.TileTokens ? WidePanels : TilePanels;

    public sealed override void Multiply(in KernelCall call, int panel, int endPanel, float* scratch)
    {
        var activations = form == ActivationForm.SuperBlocks ? call.Activations.SuperBlocks : call.Activations.Blocks;
        var tiles = activations.TileCount;
        var tilesAtOnce = (int)Math.Clamp(TokenPanelBytes / activations.TileBytes, 1, MaxTiles);
        for (var tile = 0; tile < tiles; tile += tilesAtOnce)
        {
            var count = Math.Min(tilesAtOnce, tiles - tile);
            for (var p = panel; p < endPanel; p += TilePanels)
            {
                MultiplyTiles(call, p, endPanel, activations, tile, count, scratch);
            }
        }

        for (var token = tiles * Int8Activations.TileTokens; token < call.Tokens; token++)
        {
            MultiplyRow(call, panel, endPanel, activations.Row(token), token, scratch);
        }
    }

    /// <summary>Tiles of four tokens times two panels.</summary>
    /// <param name="first">A panel.</param>
    /// <param name="second">The next, or the same one where none follows.</param>
    /// <param name="tiles">First tile.</param>
    /// <param name="tileBytes">Bytes from a tile to the next.</param>
    /// <param name="count">Tiles.</param>
    /// <param name="unpacked"><see cref="UnpackedBytes"/> of scratch.</param>
    /// <param name="totals">Zeros; receives the results, [tiles][4][2 · panel rows].</param>
    protected abstract void MultiplyTiles(
        in PanelWeights first,
        in PanelWeights second,
        byte* tiles,
        long tileBytes,
        int count,
        byte* unpacked,
        float* totals);

    /// <summary>One token times consecutive panels.</summary>
    /// <param name="weights">The first panel.</param>
    /// <param name="panels">Panels, at least 1.</param>
    /// <param name="token">The token's activations.</param>
    /// <param name="unpacked"><see cref="UnpackedBytes"/> of scratch.</param>
    /// <param name="y">Receives the results, [panels][panel rows].</param>
    protected abstract void MultiplyToken(in PanelWeights weights, int panels, byte* token, byte* unpacked, float* y);

    private int TotalsLength => MaxTiles * Int8Activations.TileTokens * TilePanels * PanelRows;

    private void MultiplyTiles(
        in KernelCall call, int panel, int endPanel, Int8Activations activations, int tile, int count, float* scratch)
    {
        var tokens = count * Int8Activations.TileTokens;
        var width = TilePanels * PanelRows;
        new Span<float>(scratch, tokens * width).Clear();
        MultiplyTiles(
            PanelAt(call, panel),
            PanelAt(call, Math.Min(panel + 1, endPanel - 1)),
            activations.Tile(tile),
            activations.TileBytes,
            count,
            (byte*)(scratch + TotalsLength),
            scratch);

        var row = panel * PanelRows;
        var rowCount = Math.Min(Math.Min(width, (endPanel - panel) * PanelRows), call.Rows - row);
        var y = call.Output + ((long)tile * Int8Activations.TileTokens * call.OutputStride) + row;
        for (var t = 0; t < tokens; t++, y += call.OutputStride)
        {
            new ReadOnlySpan<float>(scratch + (t * width), rowCount).CopyTo(new Span<float>(y, rowCount));
        }
    }

    private void MultiplyRow(in KernelCall call, int panel, int endPanel, byte* activations, int token, float* scratch)
    {
        var unpacked = (byte*)(scratch + TotalsLength);
        var y = call.Output + ((long)token * call.OutputStride);
        for (; panel < endPanel; panel += WidePanels)
        {
            var panels = Math.Min(WidePanels, endPanel - panel);
            var row = panel * PanelRows;
            var rowCount = Math.Min(panels * PanelRows, call.Rows - row);
            MultiplyToken(PanelAt(call, panel), panels, activations, unpacked, scratch);
            new ReadOnlySpan<float>(scratch, rowCount).CopyTo(new Span<float>(y + row, rowCount));
        }
    }
}
