using Cairn.Models.Configuration;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Activations of one panel of tokens; every matrix is [tokens, width], row-major.</summary>
internal sealed unsafe class DecoderWorkspace : IDisposable
{
    private readonly AlignedMemory<float> _memory;

    public DecoderWorkspace(DecoderConfiguration configuration, int tokens)
    {
        AttentionWidth = configuration.QuerySize + (2 * configuration.KeyValueSize);
        int feedForwardWidth = configuration.ExpertCount > 0 ? configuration.ExpertIntermediateSize : configuration.IntermediateSize;
        int[] widths =
        [
            configuration.HiddenSize,
            configuration.HiddenSize,
            configuration.HiddenSize,
            AttentionWidth,
            configuration.QuerySize,
            feedForwardWidth,
            feedForwardWidth,
        ];
        _memory = new AlignedMemory<float>(widths.Sum(width => Length(tokens, width)));
        Residual = _memory.Pointer;
        Normed = Residual + Length(tokens, widths[0]);
        BlockOutput = Normed + Length(tokens, widths[1]);
        QueriesKeysValues = BlockOutput + Length(tokens, widths[2]);
        Attended = QueriesKeysValues + Length(tokens, widths[3]);
        Gate = Attended + Length(tokens, widths[4]);
        Up = Gate + Length(tokens, widths[5]);
    }

    /// <summary>Queries, keys and values of a token side by side: their common width.</summary>
    public int AttentionWidth { get; }

    /// <summary>Residual stream, [tokens, hidden].</summary>
    public float* Residual { get; }

    /// <summary>Normed residual stream, [tokens, hidden].</summary>
    public float* Normed { get; }

    /// <summary>What a block adds to the residual stream, [tokens, hidden].</summary>
    public float* BlockOutput { get; }

    /// <summary>[tokens, queries | keys | values].</summary>
    public float* QueriesKeysValues { get; }

    /// <summary>Attention result, [tokens, heads · head dim].</summary>
    public float* Attended { get; }

    /// <summary>Gate, [tokens, intermediate or expert's width].</summary>
    public float* Gate { get; }

    /// <summary>Up, then the activated product, [tokens, intermediate or expert's width].</summary>
    public float* Up { get; }

    public void Dispose() => _memory.Dispose();

    /// <summary>Floats of a matrix, rounded so that the next one starts on a cache line.</summary>
    private static long Length(int tokens, int width) => (((long)tokens * width) + 15) & ~15L;
}
