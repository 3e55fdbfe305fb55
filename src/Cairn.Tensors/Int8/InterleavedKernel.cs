namespace Cairn.Tensors;

/// <summary>
/// Integer kernels over <see cref="InterleavedLayout"/>: the walk over panels and tokens, shared by all formats and
/// widths, which supply the tiles.
/// </summary>
/// <remarks>
/// Every tile adds the blocks of an output in the order of k with the same float operations, so a result depends
/// neither on the tile that computes it nor on the instruction set.
/// </remarks>
internal abstract unsafe class InterleavedKernel(BlockFormat format, InterleavedLayout layout, string instructionSet)
    : PackedKernel(format, layout, "int8", instructionSet)
{
    /// <summary>Panels that a single token takes at once: several streams from memory are faster than one.</summary>
    public const int WidePanels = 4;

    private const int TokenPanelBytes = 256 << 10; // activations that stay in a core's second-level cache

    public sealed override ActivationForm Form => ActivationForm.Blocks;

    // Single tokens want several panels at once; for tiles the smallest piece balances best.
    public sealed override int ChunkPanels(int tokens) => tokens < TokenTile.Tokens ? WidePanels : 1;

    public sealed override void Multiply(in KernelCall call, int panel, int endPanel, float* scratch)
    {
        var tilesAtOnce = (int)Math.Max(1, TokenPanelBytes / TokenTile.Bytes(call.Columns));
        var tiles = call.Activations.Blocks.TileCount;
        for (var tile = 0; tile < tiles; tile += tilesAtOnce)
        {
            MultiplyTiles(call, panel, endPanel, tile, Math.Min(tiles, tile + tilesAtOnce));
        }

        for (var token = tiles * TokenTile.Tokens; token < call.Tokens; token++)
        {
            MultiplyRow(call, panel, endPanel, token);
        }
    }

    /// <summary>Four tokens times one panel: y[t·stride + r] for t below 4 and r below the panel's rows.</summary>
    /// <param name="weights">The panel.</param>
    /// <param name="tile">The four tokens, as <see cref="TokenTile"/> lays them out.</param>
    /// <param name="y">Results.</param>
    /// <param name="stride">Floats between the results of consecutive tokens.</param>
    protected abstract void MultiplyTile(in PanelWeights weights, byte* tile, float* y, int stride);

    /// <summary>One token times one panel: y[r] for r below the panel's rows.</summary>
    /// <param name="weights">The panel.</param>
    /// <param name="token">The token, as <see cref="TokenRow"/> lays it out.</param>
    /// <param name="y">Results.</param>
    protected abstract void MultiplyToken(in PanelWeights weights, byte* token, float* y);

    /// <summary>One token times <see cref="WidePanels"/> panels: y[r] for their rows.</summary>
    protected abstract void MultiplyTokenWide(in PanelWeights weights, byte* token, float* y);

    private void MultiplyTiles(in KernelCall call, int panel, int endPanel, int tile, int endTile)
    {
        for (; panel < endPanel; panel++)
        {
            var weights = PanelAt(call, panel);
            for (var i = tile; i < endTile; i++)
            {
                StoreTile(call, weights, panel * PanelRows, i);
            }
        }
    }

    private void StoreTile(in KernelCall call, in PanelWeights weights, int row, int tile)
    {
        var activations = call.Activations.Blocks.Tile(tile);
        var y = call.Output + ((long)tile * TokenTile.Tokens * call.OutputStride) + row;
        var rowCount = call.Rows - row;
        if (rowCount >= PanelRows)
        {
            MultiplyTile(weights, activations, y, call.OutputStride);
            return;
        }

        var results = stackalloc float[TokenTile.Tokens * PanelRows];
        MultiplyTile(weights, activations, results, PanelRows);
        for (var t = 0; t < TokenTile.Tokens; t++, y += call.OutputStride)
        {
            new ReadOnlySpan<float>(results + (t * PanelRows), rowCount).CopyTo(new Span<float>(y, rowCount));
        }
    }

    private void MultiplyRow(in KernelCall call, int panel, int endPanel, int token)
    {
        var activations = call.Activations.Blocks.Row(token);
        var y = call.Output + ((long)token * call.OutputStride);
        for (; panel + WidePanels <= endPanel && (long)(panel + WidePanels) * PanelRows <= call.Rows; panel += WidePanels)
        {
            MultiplyTokenWide(PanelAt(call, panel), activations, y + (panel * PanelRows));
        }

        var results = stackalloc float[PanelRows];
        for (; panel < endPanel; panel++)
        {
            var row = panel * PanelRows;
            var rowCount = Math.Min(PanelRows, call.Rows - row);
            MultiplyToken(PanelAt(call, panel), activations, results);
            new ReadOnlySpan<float>(results, rowCount).CopyTo(new Span<float>(y + row, rowCount));
        }
    }
}
