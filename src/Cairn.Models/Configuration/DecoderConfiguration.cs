using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;

namespace Cairn.Models.Configuration;

/// <summary>What a decoder is made of: its family, its sizes and constants, and the names of its tensors.</summary>
/// <remarks>Every value has been checked: sizes are positive and fit each other, constants are finite.</remarks>
public sealed record DecoderConfiguration
{
    /// <summary>What all models of its kind share.</summary>
    public required DecoderFamily Family { get; init; }

    /// <summary>Family, in GGUF's word: <c>llama</c>.</summary>
    public string Architecture => Family.Name;

    /// <summary>Width of the residual stream (D).</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the feed-forward layer.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of blocks.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Query heads (H).</summary>
    public required int HeadCount { get; init; }

    /// <summary>Key and value heads; divides <see cref="HeadCount"/>.</summary>
    public required int KvHeadCount { get; init; }

    /// <summary>Width of one head.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Tokens that the model was trained to see at once; a file's larger number reads as the largest int.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Width of the logits (V): rows of the token embedding.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>ε of the norms.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>Rotary positions; null where positions are learned. Serves the layers that <see cref="SlidingRope"/> does not.</summary>
    public RopeParameters? Rope { get; init; }

    /// <summary>Rotary positions of the sliding layers, where they have their own.</summary>
    public RopeParameters? SlidingRope { get; init; }

    /// <summary>Positions that a sliding layer sees, the token's own included; 0 where no layer slides.</summary>
    public int SlidingWindow { get; init; }

    /// <summary>Which layers see only the window; empty where none does.</summary>
    public LayerPattern IsSlidingLayer { get; init; } = LayerPattern.None(0);

    /// <summary>Factor on the embeddings.</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>Factor on the attention scores, 1/√(head width) in most families.</summary>
    public required float AttentionScale { get; init; }

    /// <summary>Factor on what a block adds to the residual stream.</summary>
    public float ResidualScale { get; init; } = 1;

    /// <summary>Factor on the logits, before the soft cap.</summary>
    public float LogitScale { get; init; } = 1;

    /// <summary>c of the attention scores' soft cap c · tanh(s / c); 0 for none.</summary>
    public float AttentionSoftCap { get; init; }

    /// <summary>c of the logits' soft cap; 0 for none.</summary>
    public float LogitSoftCap { get; init; }

    /// <summary>Experts of a layer; 0 where the feed-forward block is one.</summary>
    public int ExpertCount { get; init; }

    /// <summary>Experts that a token goes through.</summary>
    public int ExpertsPerToken { get; init; }

    /// <summary>Width of an expert.</summary>
    public int ExpertIntermediateSize { get; init; }

    /// <summary>Whether the chosen experts' weights are divided by their sum.</summary>
    public bool NormalizesExpertWeights { get; init; }

    /// <summary>Whether the output matrix is the token embedding.</summary>
    public required bool HasTiedOutput { get; init; }

    /// <summary>Names of the tensors in the file.</summary>
    public DecoderTensorNames TensorNames { get; init; } = DecoderTensorNames.Gguf;

    /// <summary>Width of all query heads together.</summary>
    public int QuerySize => HeadCount * HeadDim;

    /// <summary>Width of all key heads together, and of all value heads.</summary>
    public int KeyValueSize => KvHeadCount * HeadDim;

    /// <summary>Positions that a layer sees, the token's own included; 0 for all.</summary>
    public int WindowOf(int layer) => IsSliding(layer) ? SlidingWindow : 0;

    /// <summary>Rotary positions of a layer; null where positions are learned.</summary>
    public RopeParameters? RopeOf(int layer) => IsSliding(layer) ? SlidingRope ?? Rope : Rope;

    /// <summary>Reads the configuration of a decoder file.</summary>
    /// <param name="file">An open file.</param>
    /// <exception cref="ModelFormatException">
    /// A key is missing or wrong, or the architecture is not a decoder that Cairn runs.
    /// </exception>
    public static DecoderConfiguration FromGguf(GgufFile file) => DecoderMetadata.Read(file);

    /// <summary>Reads the configuration of a Hugging Face folder.</summary>
    /// <param name="path">A folder with config.json.</param>
    /// <exception cref="ModelFormatException">
    /// A file or key is missing or wrong, or the architecture is not a decoder that Cairn runs.
    /// </exception>
    public static DecoderConfiguration FromFolder(string path) => DecoderConfigReader.Read(new ModelFolder(path));

    private bool IsSliding(int layer) => layer < IsSlidingLayer.Count && IsSlidingLayer[layer];
}
