using Cairn.Models.Gguf;

namespace Cairn.Models.Configuration;

/// <summary>What a decoder is made of: its sizes, its constants and the names of its tensors.</summary>
/// <remarks>Every value has been checked: sizes are positive and fit each other, constants are finite.</remarks>
public sealed record DecoderConfiguration
{
    /// <summary>Family, in GGUF's word: <c>llama</c>.</summary>
    public required string Architecture { get; init; }

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

    /// <summary>ε of the RMS norms.</summary>
    public required float RmsNormEpsilon { get; init; }

    /// <summary>Base θ of the rotary frequencies θ^(−2i/d).</summary>
    public required float RopeTheta { get; init; }

    /// <summary>Dimensions of a head that are rotated (d); even, at most <see cref="HeadDim"/>.</summary>
    public required int RopeDimension { get; init; }

    /// <summary>Which two dimensions a rotation pairs.</summary>
    public required RopePairing RopePairing { get; init; }

    /// <summary>Divides every position before it is rotated: linear scaling to a longer context; 1 for none.</summary>
    public float RopeLinearFactor { get; init; } = 1;

    /// <summary>Whether the output matrix is the token embedding.</summary>
    public required bool HasTiedOutput { get; init; }

    /// <summary>Names of the tensors in the file.</summary>
    public required DecoderTensorNames TensorNames { get; init; }

    /// <summary>Width of all query heads together.</summary>
    public int QuerySize => HeadCount * HeadDim;

    /// <summary>Width of all key heads together, and of all value heads.</summary>
    public int KeyValueSize => KvHeadCount * HeadDim;

    /// <summary>Reads the configuration of a decoder file.</summary>
    /// <param name="file">An open file.</param>
    /// <exception cref="ModelFormatException">
    /// A key is missing or wrong, or the architecture is not a decoder that Cairn runs.
    /// </exception>
    public static DecoderConfiguration FromGguf(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Architectures.GetDecoder(file).Read(file);
    }

    /// <summary>Reads the configuration of a Hugging Face folder.</summary>
    /// <param name="path">A folder with config.json.</param>
    /// <exception cref="ModelFormatException">
    /// A file or key is missing or wrong, or the architecture is not a decoder that Cairn runs.
    /// </exception>
    public static DecoderConfiguration FromFolder(string path)
    {
        var folder = new ModelFolder(path);
        var config = folder.ReadRequired("config.json");
        return Architectures.GetDecoder(config.Path, config.GetString("model_type")).Read(folder);
    }
}
