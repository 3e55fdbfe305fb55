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
/// </remarks>
internal abstract unsafe class Int16Kernel(BlockFormat format, InterleavedLayout layout, string instructionSet)
    : PackedKernel(format, layout, "int16", instructionSet)
{
    /// <summary>Tokens of a tile.</summary>
    protected const int TileTokens = 4;

    private const int TokenPanelBytes = 256 << 10; // activations that stay in a core's second-level cache

    public sealed override ActivationForm Form => ActivationForm.Rows;

    public sealed override int ChunkPanels(int tokens) => tokens < TileTokens ? 4 : 1;

    public sealed override void Multiply(in KernelCall call, int panel, int endPanel, float* scratch)
    {
        var tokensAtOnce = Math.Max(1, TokenPanelBytes / (call.Columns * sizeof(short) * TileTokens)) * TileTokens;
        for (var token = 0; token < call.Tokens; token += tokensAtOnce)
        {
            for (var p = panel; p < endPanel; p++)
            {
                MultiplyPanel(call, p, token, Math.Min(call.Tokens, token + tokensAtOnce));
            }
        }
    }

    /// <summary>Four tokens times one panel: y[t·stride + r] for t below 4 and r below the panel's rows.</summary>
    /// <param name="weights">The panel.</param>
    /// <param name="tokens">Quants of the first token; the others follow, <paramref name="columns"/> apart.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="scales">Scales of the four tokens.</param>
    /// <param name="y">Results.</param>
    /// <param name="stride">Floats between the results of consecutive tokens.</param>
    protected abstract void MultiplyTile(
        in PanelWeights weights, short* tokens, int columns, float* scales, float* y, int stride);

    /// <summary>One token times one panel: y[r] for r below the panel's rows.</summary>
    protected abstract void MultiplyToken(in PanelWeights weights, short* token, float scale, float* y);

    private void MultiplyPanel(in KernelCall call, int panel, int token, int endToken)
    {
        var weights = PanelAt(call, panel);
        var activations = call.Activations.Rows;
        var row = panel * PanelRows;
        var rowCount = Math.Min(PanelRows, call.Rows - row);
        var y = call.Output + ((long)token * call.OutputStride) + row;
        var results = stackalloc float[TileTokens * PanelRows];
        for (; token + TileTokens <= endToken; token += TileTokens, y += (long)TileTokens * call.OutputStride)
        {
            var scales = activations.Scales + token;
            if (rowCount == PanelRows)
            {
                MultiplyTile(weights, activations.Row(token), call.Columns, scales, y, call.OutputStride);
                continue;
            }

            MultiplyTile(weights, activations.Row(token), call.Columns, scales, results, PanelRows);
            for (var t = 0; t < TileTokens; t++)
            {
                Copy(results + (t * PanelRows), y + ((long)t * call.OutputStride), rowCount);
            }
        }

        for (; token < endToken; token++, y += call.OutputStride)
        {
            MultiplyToken(weights, activations.Row(token), activations.Scales[token], results);
            Copy(results, y, rowCount);
        }
    }

    private static void Copy(float* source, float* target, int count) =>
        new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(target, count));
}
