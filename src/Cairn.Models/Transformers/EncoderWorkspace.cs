using Cairn.Models.Configuration;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Activations of one encoder pass besides the hidden states; every matrix is [tokens, width], row-major.</summary>
internal sealed unsafe class EncoderWorkspace : IDisposable
{
    private readonly AlignedMemory<float> _memory;

    public EncoderWorkspace(EncoderConfiguration configuration, int tokens)
    {
        Tokens = tokens;
        Positions = new int[tokens];
        Part = new float[configuration.HiddenSize];
        long hidden = Align((long)tokens * configuration.HiddenSize);
        long intermediate = Align((long)tokens * configuration.IntermediateSize);
        long wide = Math.Max(3 * hidden, configuration.Family.FeedForward == EncoderFeedForward.Gelu ? intermediate : 2 * intermediate);
        _memory = new AlignedMemory<float>((2 * hidden) + wide, zeroed: false);
        BlockOutput = _memory.Pointer;
        Attended = BlockOutput + hidden;
        Wide = Attended + hidden;
        Gate = Wide + intermediate;
    }

    /// <summary>Tokens that fit.</summary>
    public int Tokens { get; }

    /// <summary>What a block adds to the hidden states, [tokens, hidden].</summary>
    public float* BlockOutput { get; }

    /// <summary>Attention result, [tokens, hidden]; also the normed input of a block, where blocks norm their input.</summary>
    public float* Attended { get; }

    /// <summary>Queries, keys and values side by side, [tokens, 3 · hidden]; later the up projection, [tokens, intermediate].</summary>
    public float* Wide { get; }

    /// <summary>Gate projection behind the up projection, [tokens, intermediate].</summary>
    public float* Gate { get; }

    /// <summary>Position of each token in its sequence.</summary>
    public int[] Positions { get; }

    /// <summary>One summand of a token's embedding, [hidden].</summary>
    public float[] Part { get; }

    public void Dispose() => _memory.Dispose();

    private static long Align(long floats) => (floats + 15) & ~15L;
}
