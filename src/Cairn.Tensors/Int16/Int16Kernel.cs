namespace Cairn.Tensors;

/// <summary>
/// Integer kernels with 16-bit activations over 8-bit weights in <see cref="InterleavedLayout"/>: the walk over panels
/// and tokens, shared by all widths, which supply the tiles.
/// </summary>
/// <remarks>
/// A 32-bit lane of the packed weights holds four columns of a row. Two shifts widen it: columns 0 and 2, then columns
/// 1 and 3, each pair beside its activations for one multiply-add. That takes no sign or saturation care, so twice the
/// precision of 8-bit activations costs no more instructions. Every tile adds the blocks of an output in the order of
/// k with the same float operations, so a result depends neither on the tile that computes it nor on the instruction
/// set. A block's sum stays below 32 · 128 · 32,767 &lt; 2^27.
/// Scratch holds the results of two panels where the matrix ends within them, then what a width unpacks.
/// </remarks>
internal abstract unsafe class Int16Kernel(BlockFormat format, InterleavedLayout layout, string instructionSet)
    : PackedKernel(format, layout, "int16", instructionSet)
{
    /// <summary>Tokens of a tile.</summary>
    protected const int TileTokens = 4;

    /// <summary>Panels that share the activations of a tile.</summary>
    protected const int TilePanels = 2;

    private const int TokensAtOnce = 128; // their activations stay in a core's second-level cache

    public sealed override ActivationForm Form => ActivationForm.Rows;

    /// <summary>Bytes of scratch for unpacked weights.</summary>
    protected abstract int UnpackedBytes { get; }

    private int TileRows => TilePanels * PanelRows;

    public sealed override int ChunkPanels(int tokens) => tokens < TileTokens ? 4 : TilePanels;

    public sealed override int ScratchLength(int columns) =>
        (TokensAtOnce * TileRows) + (UnpackedBytes / sizeof(float));

    public sealed override void Multiply(in KernelCall call, int panel, int endPanel, float* scratch)
    {
        for (; panel < endPanel; panel += TilePanels)
        {
            for (var token = 0; token < call.Tokens; token += TokensAtOnce)
            {
                MultiplyPanels(call, panel, token, Math.Min(call.Tokens - token, TokensAtOnce), scratch);
            }
        }
    }

    /// <summary>Some tiles of four tokens times two panels: y[t·stride + r] for r below the rows of both.</summary>
    /// <param name="first">The first panel.</param>
    /// <param name="second">The next, or the first again.</param>
    /// <param name="activations">Quantised tokens.</param>
    /// <param name="token">First token.</param>
    /// <param name="tiles">Number of tiles.</param>
    /// <param name="y">Results.</param>
    /// <param name="stride">Floats between the results of consecutive tokens.</param>
    /// <param name="unpacked">Scratch of <see cref="UnpackedBytes"/>.</param>
    protected abstract void MultiplyTiles(
        in PanelWeights first,
        in PanelWeights second,
        in Int16Activations activations,
        int token,
        int tiles,
        float* y,
        int stride,
        byte* unpacked);

    /// <summary>One token times one panel: y[r] for r below the panel's rows.</summary>
    protected abstract void MultiplyToken(in PanelWeights weights, short* token, float scale, float* y);

    private void MultiplyPanels(in KernelCall call, int panel, int token, int count, float* scratch)
    {
        var row = panel * PanelRows;
        var rows = Math.Min(TileRows, call.Rows - row);
        var tiles = count / TileTokens;
        var y = call.Output + ((long)token * call.OutputStride) + row;
        if (tiles > 0)
        {
            var first = PanelAt(call, panel);
            var second = rows > PanelRows ? PanelAt(call, panel + 1) : first;
            var isWhole = rows == TileRows;
            MultiplyTiles(
                first, second, call.Activations.Rows, token, tiles,
                isWhole ? y : scratch, isWhole ? call.OutputStride : TileRows, (byte*)(scratch + (TokensAtOnce * TileRows)));
            for (var t = 0; t < tiles * TileTokens && !isWhole; t++)
            {
                Copy(scratch + (t * TileRows), y + ((long)t * call.OutputStride), rows);
            }
        }

        for (var t = tiles * TileTokens; t < count; t++)
        {
            MultiplyToken(call, panel, token + t, y + ((long)t * call.OutputStride), rows);
        }
    }

    private void MultiplyToken(in KernelCall call, int panel, int token, float* y, int rows)
    {
        var activations = call.Activations.Rows;
        var results = stackalloc float[PanelRows];
        for (; rows > 0; rows -= PanelRows, y += PanelRows, panel++)
        {
            MultiplyToken(PanelAt(call, panel), activations.Row(token), activations.Scales[token], results);
            Copy(results, y, Math.Min(rows, PanelRows));
        }
    }

    private static void Copy(float* source, float* target, int count) =>
        new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(target, count));
}
