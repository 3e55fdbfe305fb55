using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>
/// Integer kernels with 8-bit activations over <see cref="InterleavedLayout"/>: the walk over panels and tokens, shared
/// by all formats and widths.
/// </summary>
/// <remarks>
/// Many tokens, in tiles of four, take a panel a stretch of columns at a time: its quants are unpacked once, then meet
/// every tile, whose sums wait in scratch. Few tokens unpack into registers as they go, several panels at once: several
/// streams from memory are faster than one. Either way the blocks of an output are added in the order of k with the same float
/// operations, so a result depends neither on its batch mates nor on the instruction set.
/// </remarks>
internal abstract unsafe class Int8Kernel(
    BlockFormat format, InterleavedLayout layout, ActivationForm form, string instructionSet)
    : PackedKernel(format, layout, "int8", instructionSet)
{
    /// <summary>Panels that tiles take at once.</summary>
    internal const int TilePanels = 2;

    private const int WidePanels = 4;
    private const int FewTokens = 8; // more pay for storing the unpacked quants
    private const int MaxTiles = 16;
    private const int TokenPanelBytes = 768 << 10; // activations that a core's caches feed to every stretch of weights

    public sealed override ActivationForm Form => form;

    /// <summary>Bytes of scratch for one unpacked stretch of a panel.</summary>
    protected abstract int UnpackedBytes { get; }

    public sealed override int ScratchLength(int columns) => TotalsLength + (UnpackedBytes / sizeof(float));

    // The smallest piece balances best: a small matrix has few panels.
    public sealed override int ChunkPanels(int tokens) => tokens <= FewTokens ? 1 : TilePanels;

    // Few tokens want several panels at once.
    public sealed override int ChunksAtOnce(int tokens) => tokens <= FewTokens ? WidePanels : 1;

    public sealed override void Multiply(in KernelCall call, int panel, int endPanel, float* scratch)
    {
        var activations = form == ActivationForm.SuperBlocks ? call.Activations.SuperBlocks : call.Activations.Blocks;
        var tiles = call.Tokens <= FewTokens ? 0 : call.Tokens / Int8Activations.TileTokens;
        var tilesAtOnce = (int)Math.Clamp(TokenPanelBytes / activations.TileBytes, 1, MaxTiles);
        for (var tile = 0; tile < tiles; tile += tilesAtOnce)
        {
            var count = Math.Min(tilesAtOnce, tiles - tile);
            for (var p = panel; p < endPanel; p += TilePanels)
            {
                MultiplyTiles(call, p, endPanel, activations, tile, count, scratch);
            }
        }

        if (tiles * Int8Activations.TileTokens < call.Tokens)
        {
            MultiplyFew(call, panel, endPanel, activations, tiles, scratch);
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

    /// <summary>The tokens of one tile times consecutive panels.</summary>
    /// <param name="weights">The first panel.</param>
    /// <param name="panels">Panels, at least 1.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="tokens">Its tokens, 1 to 4.</param>
    /// <param name="unpacked"><see cref="UnpackedBytes"/> of scratch.</param>
    /// <param name="totals">Receives the results, [tokens][panels · panel rows].</param>
    protected abstract void MultiplyFew(
        in PanelWeights weights, int panels, byte* tile, int tokens, byte* unpacked, float* totals);

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

        Store(call, panel, Math.Min(TilePanels, endPanel - panel), tile, tokens, width, scratch);
    }

    // Tiles from `first` on. A group of panels stays in the second-level cache while all of them meet it.
    private void MultiplyFew(
        in KernelCall call, int panel, int endPanel, Int8Activations activations, int first, float* scratch)
    {
        for (; panel < endPanel; panel += WidePanels)
        {
            var panels = Math.Min(WidePanels, endPanel - panel);
            var weights = PanelAt(call, panel);
            for (var tile = first; tile < activations.TileCount; tile++)
            {
                var tokens = activations.TokensOf(tile);
                MultiplyFew(
                    weights, panels, activations.Tile(tile), tokens, (byte*)(scratch + TotalsLength), scratch);
                Store(call, panel, panels, tile, tokens, panels * PanelRows, scratch);
            }
        }
    }

    // Results of some panels and tokens, from scratch to their places: a line or two each, too few to call a copy for.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Store(in KernelCall call, int panel, int panels, int tile, int tokens, int width, float* totals)
    {
        var row = panel * PanelRows;
        var rowCount = Math.Min(panels * PanelRows, call.Rows - row);
        var y = call.Output + ((long)tile * Int8Activations.TileTokens * call.OutputStride) + row;
        for (var t = 0; t < tokens; t++, y += call.OutputStride, totals += width)
        {
            var r = 0;
            for (; r <= rowCount - Vector256<float>.Count; r += Vector256<float>.Count)
            {
                Vector256.Load(totals + r).Store(y + r);
            }

            for (; r < rowCount; r++)
            {
                y[r] = totals[r];
            }
        }
    }
}
