using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Tensors;

namespace Cairn.Models.Configuration;

/// <summary>What an encoder is made of: its family, its sizes and constants, its pooling and the names of its tensors.</summary>
/// <remarks>Every value has been checked: sizes are positive and fit each other, constants are finite.</remarks>
public sealed record EncoderConfiguration
{
    private const int ShortestRotaryText = 256;

    /// <summary>What all models of its kind share.</summary>
    public required EncoderFamily Family { get; init; }

    /// <summary>Family, in GGUF's word: <c>bert</c>.</summary>
    public string Architecture => Family.Architecture;

    /// <summary>Width of the residual stream and of the embedding (D).</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the feed-forward layer.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of blocks.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Attention heads; divides <see cref="HiddenSize"/>.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Positions that the model was made for. With learned positions no input can be longer.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Rows of the token embedding (V).</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Rows of the token-type embedding; 0 where there is none.</summary>
    public required int TokenTypeCount { get; init; }

    /// <summary>Base θ of rotary positions; 0 where positions are learned. Serves the layers that see all tokens.</summary>
    public float RopeTheta { get; init; }

    /// <summary>Base θ in the local layers; 0 where there are none.</summary>
    public float LocalRopeTheta { get; init; }

    /// <summary>Tokens that a local layer sees to each side; 0 where no layer is local.</summary>
    public int LocalReach { get; init; }

    /// <summary>Every n-th layer, from the first on, is not local; 0 where no layer is.</summary>
    public int GlobalLayerPeriod { get; init; }

    /// <summary>ε of the layer norms.</summary>
    public required float LayerNormEpsilon { get; init; }

    /// <summary>What the numbers of a classification head mean, in order; empty where there is no such head.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What a classification head, or the pooler, reads of the hidden states.</summary>
    public Pooling HeadPooling { get; init; } = Pooling.Cls;

    /// <summary>How token vectors become one vector.</summary>
    public required Pooling Pooling { get; init; }

    /// <summary>Whether the embedding is scaled to unit length.</summary>
    public required bool IsNormalized { get; init; }

    /// <summary>Tokens at which a text is cut, special tokens included; at most <see cref="LongestText"/>.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Arithmetic of the products where the caller asks for integers (<see cref="ActivationType.Int8"/>).</summary>
    /// <value>
    /// Default <see cref="ActivationType.Int16"/>: a vector keeps every rounding of every layer, where a decoder's next
    /// token rarely changes, and many tokens run together, so the wider integers cost little.
    /// </value>
    public ActivationType IntegerActivation { get; init; } = ActivationType.Int16;

    /// <summary>Names of the tensors in the file or folder.</summary>
    public EncoderTensorNames TensorNames { get; init; } = EncoderTensorNames.Gguf;

    /// <summary>Tokens that a text may have: <see cref="ContextLength"/>, but with rotary positions, which do not end, at least 256.</summary>
    public int LongestText => LongestOf(Family, ContextLength);

    /// <summary>Width of one head.</summary>
    public int HeadDim => HiddenSize / HeadCount;

    /// <summary>Whether a layer sees near tokens only.</summary>
    /// <param name="layer">Number of the layer, from 0.</param>
    public bool IsLocal(int layer) => LocalReach > 0 && layer % GlobalLayerPeriod != 0;

    /// <summary>Reads the configuration of an encoder file.</summary>
    /// <exception cref="ModelFormatException">
    /// A key is missing or wrong, or the architecture is not an encoder that Cairn runs.
    /// </exception>
    public static EncoderConfiguration FromGguf(GgufFile file) => EncoderMetadata.Read(file);

    /// <summary>Reads the configuration of a Hugging Face folder, with the files that sentence-transformers adds.</summary>
    /// <param name="path">A folder with config.json.</param>
    /// <exception cref="ModelFormatException">
    /// A file or key is missing or wrong, or the architecture is not an encoder that Cairn runs.
    /// </exception>
    public static EncoderConfiguration FromFolder(string path) => EncoderFolder.Read(new ModelFolder(path));

    /// <summary>This configuration, when its numbers fit each other.</summary>
    /// <param name="path">Where they were read, for the message.</param>
    /// <exception cref="ModelFormatException">They do not.</exception>
    internal EncoderConfiguration Checked(string path)
    {
        if (HiddenSize % HeadCount != 0)
        {
            throw new ModelFormatException(
                ModelFormatError.BadValue, path, "the number of attention heads does not divide the hidden size",
                $"a divisor of {HiddenSize}", $"{HeadCount}");
        }

        if (!Family.HasLearnedPositions && HeadDim % 2 != 0)
        {
            throw new ModelFormatException(
                ModelFormatError.BadValue, path, "heads of odd width cannot be rotated", "an even width", $"{HeadDim}");
        }

        if (Family.HasLocalLayers && LocalReach == 0)
        {
            throw new ModelFormatException(
                ModelFormatError.BadValue, path, "local layers see no neighbours", "a window of 2 or more", "1");
        }

        return MaxTokens is > 2 && MaxTokens <= LongestText ? this : throw new ModelFormatException(
            ModelFormatError.BadValue, path, "the limit on input tokens is impossible",
            $"3 to {LongestText:N0}", $"{MaxTokens:N0}");
    }

    /// <summary><see cref="LongestText"/> of a configuration that is being read.</summary>
    internal static int LongestOf(EncoderFamily family, int context) =>
        family.HasLearnedPositions ? context : Math.Max(context, ShortestRotaryText);
}
