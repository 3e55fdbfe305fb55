using Cairn.Models.Configuration;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Everything of an encoder that passes only read, so that several may run at once.</summary>
internal sealed class EncoderWeights : IDisposable
{
    /// <summary>Loads the tensors.</summary>
    public EncoderWeights(EncoderConfiguration configuration, TensorLoader loader)
    {
        Configuration = configuration;
        var (family, names) = (configuration.Family, configuration.TensorNames);
        int hidden = configuration.HiddenSize;
        TokenEmbeddings = Table(names.TokenEmbedding, configuration.VocabularySize);
        PositionEmbeddings = family.HasLearnedPositions ? Table(names.PositionEmbedding, configuration.ContextLength) : null;
        TypeEmbeddings = configuration.TokenTypeCount > 0 ? Table(names.TokenTypeEmbedding, configuration.TokenTypeCount) : null;
        EmbeddingNorm = NormWeights.LoadLayerNorm(loader, names.EmbeddingNorm, hidden);
        FinalNorm = family.HasPreNorms ? NormWeights.LoadLayerNorm(loader, names.FinalNorm, hidden) : NormWeights.None;
        Layers = [.. Enumerable.Range(0, configuration.LayerCount).Select(layer => EncoderLayer.Load(loader, configuration, layer))];
        Head = EncoderHead.Load(loader, configuration);
        Matrices = loader.Matrices;
        Rope = NewRope(configuration.RopeTheta);
        LocalRope = NewRope(configuration.LocalRopeTheta);

        EmbeddingTable Table(string name, int rows) => loader.Table(EncoderTensorNames.WeightOf(name), rows, hidden);

        RotaryEmbedding? NewRope(float theta) =>
            theta == 0 ? null : new RotaryEmbedding(configuration.HeadDim, theta, linearFactor: 1, divisors: [], pairsHalves: true);
    }

    /// <summary>Shape of the model.</summary>
    public EncoderConfiguration Configuration { get; }

    /// <summary>Vectors of the tokens.</summary>
    public EmbeddingTable TokenEmbeddings { get; }

    /// <summary>Vectors of the positions; null where they are rotated in.</summary>
    public EmbeddingTable? PositionEmbeddings { get; }

    /// <summary>Vectors of the token types; null where there are none.</summary>
    public EmbeddingTable? TypeEmbeddings { get; }

    /// <summary>Norm of the sum of these vectors.</summary>
    public NormWeights EmbeddingNorm { get; }

    /// <summary>Norm of the result; none where every layer ends with one.</summary>
    public NormWeights FinalNorm { get; }

    /// <summary>The layers, in order.</summary>
    public EncoderLayer[] Layers { get; }

    /// <summary>The head of a classifier, or the pooler; null where the file has neither.</summary>
    public EncoderHead? Head { get; }

    /// <summary>All weight matrices.</summary>
    public IReadOnlyList<WeightMatrix> Matrices { get; }

    /// <summary>Rotations of the layers that see all tokens; null where positions are learned.</summary>
    public RotaryEmbedding? Rope { get; }

    /// <summary>Rotations of local layers; null where there are none.</summary>
    public RotaryEmbedding? LocalRope { get; }

    public void Dispose()
    {
        Rope?.Dispose();
        LocalRope?.Dispose();
        foreach (WeightMatrix matrix in Matrices)
            matrix.Dispose();
    }
}
