using Cairn.Models.Gguf;
using Cairn.Tensors;

namespace Cairn.Models.Configuration;

/// <summary>What an encoder is made of: its sizes, its constants, its pooling and the names of its tensors.</summary>
/// <remarks>Every value has been checked: sizes are positive and fit each other, constants are finite.</remarks>
public sealed record EncoderConfiguration
{
    /// <summary>Family, in GGUF's word: <c>bert</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Width of the residual stream and of the embedding (D).</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the feed-forward layer.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of blocks.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Attention heads; divides <see cref="HiddenSize"/>.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Learned positions: no input can be longer.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Rows of the token embedding (V).</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Rows of the token-type embedding.</summary>
    public required int TokenTypeCount { get; init; }

    /// <summary>ε of the layer norms.</summary>
    public required float LayerNormEpsilon { get; init; }

    /// <summary>How token vectors become one vector.</summary>
    public required Pooling Pooling { get; init; }

    /// <summary>Whether the embedding is scaled to unit length.</summary>
    public required bool IsNormalized { get; init; }

    /// <summary>Tokens at which a text is cut, special tokens included; at most <see cref="ContextLength"/>.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Arithmetic of the products where the caller asks for integers (<see cref="ActivationType.Int8"/>).</summary>
    /// <value>
    /// Default <see cref="ActivationType.Int16"/>: a vector keeps every rounding of every layer, where a decoder's next
    /// token rarely changes, and many tokens run together, so the wider integers cost little.
    /// </value>
    public ActivationType IntegerActivation { get; init; } = ActivationType.Int16;

    /// <summary>Names of the tensors in the file or folder.</summary>
    public required EncoderTensorNames TensorNames { get; init; }

    /// <summary>Width of one head.</summary>
    public int HeadDim => HiddenSize / HeadCount;

    /// <summary>Reads the configuration of an encoder file.</summary>
    /// <exception cref="ModelFormatException">
    /// A key is missing or wrong, or the architecture is not an encoder that Cairn runs.
    /// </exception>
    public static EncoderConfiguration FromGguf(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Architectures.GetEncoder(file).Read(file);
    }

    /// <summary>Reads the configuration of a Hugging Face folder, with the files that sentence-transformers adds.</summary>
    /// <param name="path">A folder with config.json.</param>
    /// <exception cref="ModelFormatException">
    /// A file or key is missing or wrong, or the architecture is not an encoder that Cairn runs.
    /// </exception>
    public static EncoderConfiguration FromFolder(string path)
    {
        var folder = new ModelFolder(path);
        var config = folder.ReadRequired("config.json");
        return Architectures.GetEncoder(config.Path, config.GetString("model_type")).Read(folder);
    }
}
