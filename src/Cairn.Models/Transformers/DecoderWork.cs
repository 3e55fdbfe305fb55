using Cairn.Models.Configuration;
using Cairn.Tensors;
using Cairn.Tensors.Attention;

namespace Cairn.Models.Transformers;

/// <summary>
/// What a decoder must move and multiply for one token, from the sizes of its matrices: the work that a measured speed is
/// divided by. Norms, rotations and the products of attention are left out; they are small beside it at short contexts.
/// </summary>
public sealed class DecoderWork
{
    private readonly DecoderConfiguration _configuration;
    private readonly double _kvBytesPerPosition;

    internal DecoderWork(DecoderConfiguration configuration, IReadOnlyList<WeightMatrix> weights, KvCacheLayout layout)
    {
        _configuration = configuration;
        _kvBytesPerPosition = (double)layout.LayerBytes / KvBlockLayout.BlockLength;
        DecoderTensorNames names = configuration.TensorNames;
        string output = configuration.HasTiedOutput ? names.TokenEmbedding : names.Output;
        HashSet<string> experts = ExpertNames(configuration);
        foreach (WeightMatrix matrix in weights)
        {
            double share = experts.Contains(matrix.Name) ? (double)configuration.ExpertsPerToken / configuration.ExpertCount : 1;
            double operations = 2.0 * matrix.Rows * matrix.Columns * share;
            WeightBytes += matrix.ReadBytes * share;
            DecodeOperations += operations;
            if (matrix.Name != output) PrefillOperations += operations;
        }
    }

    /// <summary>Bytes of weights that a decode step of one sequence reads; of experts those that are chosen.</summary>
    public double WeightBytes { get; }

    /// <summary>Operations of a prompt token: two a weight, the output matrix left out (only the last token needs it).</summary>
    public double PrefillOperations { get; }

    /// <summary>Operations of a decoded token: two a weight.</summary>
    public double DecodeOperations { get; }

    /// <summary>Bytes of keys and values that a decode step of one sequence reads.</summary>
    /// <param name="depth">Tokens in its cache.</param>
    public double KvBytes(double depth)
    {
        double positions = 0;
        for (int layer = 0; layer < _configuration.LayerCount; layer++)
        {
            int window = _configuration.WindowOf(layer);
            positions += window > 0 ? Math.Min(window, depth) : depth;
        }

        return positions * _kvBytesPerPosition;
    }

    private static HashSet<string> ExpertNames(DecoderConfiguration configuration)
    {
        DecoderTensorNames names = configuration.TensorNames;
        return configuration.ExpertCount == 0
            ? []
            : [.. Enumerable.Range(0, configuration.LayerCount).SelectMany<int, string>(layer =>
                [names.OfLayer(layer, names.ExpertGates), names.OfLayer(layer, names.ExpertUps), names.OfLayer(layer, names.ExpertDowns)])];
    }
}
