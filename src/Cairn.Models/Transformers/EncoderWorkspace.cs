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
        long hidden = (((long)tokens * configuration.HiddenSize) + 15) & ~15L;
        long wide = (((long)tokens * Math.Max(3 * configuration.HiddenSize, configuration.IntermediateSize)) + 15) & ~15L;
        _memory = new AlignedMemory<float>((2 * hidden) + wide, zeroed: false);
        BlockOutput = _memory.Pointer;
        Attended = BlockOutput + hidden;
        Wide = Attended + hidden;
    }

    /// <summary>Tokens that fit.</summary>
    public int Tokens { get; }

    /// <summary>What a block adds to the hidden states, [tokens, hidden].</summary>
    public float* BlockOutput { get; }

    /// <summary>Attention result, [tokens, hidden].</summary>
    public float* Attended { get; }

    /// <summary>Queries, keys and values side by side, [tokens, 3 · hidden]; later [tokens, intermediate].</summary>
    public float* Wide { get; }

    public void Dispose() => _memory.Dispose();
}
