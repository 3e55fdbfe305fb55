using System.Numerics.Tensors;
using Cairn.Models.Configuration;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>
/// What stands on an encoder: a pooler, y = tanh(W·x + b), or the head of a classifier, logits = W₂·norm(f(W·x + b)) + b₂,
/// where x is the first token's hidden state or the mean of all.
/// </summary>
/// <remarks>
/// Weights are kept as floats: a text goes through these two matrices once, whatever its length. Thread-safe.
/// </remarks>
public sealed class EncoderHead
{
    private readonly int _hidden;
    private readonly Pooling _pooling;
    private readonly HeadActivation _activation;
    private readonly float _epsilon;
    private readonly float[] _dense;
    private readonly float[] _denseBias;
    private readonly NormWeights _norm;
    private readonly float[] _output;
    private readonly float[] _outputBias;

    private EncoderHead(TensorLoader loader, EncoderConfiguration configuration)
    {
        var (c, names) = (configuration, configuration.TensorNames);
        (_hidden, _pooling, _activation, _epsilon) = (c.HiddenSize, c.HeadPooling, c.Family.HeadActivation, c.LayerNormEpsilon);
        Labels = c.Labels;
        _dense = loader.OptionalMatrix(EncoderTensorNames.WeightOf(names.HeadDense), _hidden, _hidden);
        _denseBias = loader.OptionalVector(EncoderTensorNames.BiasOf(names.HeadDense), _hidden);
        _norm = c.Family.HasHeadNorm && loader.Has(EncoderTensorNames.WeightOf(names.HeadNorm))
            ? NormWeights.LoadLayerNorm(loader, names.HeadNorm, _hidden)
            : NormWeights.None;
        _output = Labels.Count == 0 ? [] : loader.OptionalMatrix(EncoderTensorNames.WeightOf(names.HeadOutput), Labels.Count, _hidden);
        _outputBias = Labels.Count == 0 ? [] : loader.OptionalVector(EncoderTensorNames.BiasOf(names.HeadOutput), Labels.Count);
    }

    /// <summary>What the results mean, in order; empty for a pooler.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Numbers of a result: one a label, or the width of the hidden states.</summary>
    public int ResultLength => IsClassifier ? Labels.Count : _hidden;

    /// <summary>Whether the head ends in labels.</summary>
    public bool IsClassifier => _output.Length > 0;

    /// <summary>
    /// Whether the head is whole. llama.cpp's converter leaves out the first matrix of BERT's head (the pooler), and what
    /// the second would give without it is no score of the model.
    /// </summary>
    public bool IsComplete => _dense.Length > 0;

    /// <summary>Computes the result for one text.</summary>
    /// <param name="hidden">Last hidden states, [tokens, hidden].</param>
    /// <param name="result">Raw logits, or the pooled vector, [<see cref="ResultLength"/>].</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="InvalidOperationException">The head is not complete.</exception>
    public void Apply(ReadOnlySpan<float> hidden, Span<float> result)
    {
        if (!IsComplete)
            throw new InvalidOperationException("The file lacks the first matrix of the head ('cls.weight').");

        if (result.Length != ResultLength)
            throw new ArgumentException($"The result has {result.Length:N0} numbers; {ResultLength:N0} are needed.", nameof(result));

        var pooled = new float[_hidden];
        EmbeddingPooling.Apply(hidden, _pooling, isNormalized: false, pooled);
        float[] dense = IsClassifier ? new float[_hidden] : [];
        Span<float> activated = IsClassifier ? dense : result;
        Multiply(_dense, _denseBias, pooled, activated);
        Activate(activated);
        if (!_norm.IsNone)
            LayerNorm.Apply(activated, _norm.Gain, _norm.Bias, _epsilon, activated);

        if (IsClassifier)
            Multiply(_output, _outputBias, activated, result);
    }

    /// <summary>Loads the head; null where the file has none.</summary>
    internal static EncoderHead? Load(TensorLoader loader, EncoderConfiguration configuration)
    {
        var head = new EncoderHead(loader, configuration);
        return head.IsComplete || head.IsClassifier ? head : null;
    }

    private static void Multiply(float[] matrix, float[] bias, ReadOnlySpan<float> x, Span<float> y)
    {
        for (int row = 0; row < y.Length; row++)
        {
            float sum = TensorPrimitives.Dot(matrix.AsSpan(row * x.Length, x.Length), x);
            y[row] = bias.Length == 0 ? sum : sum + bias[row];
        }
    }

    private void Activate(Span<float> values)
    {
        switch (_activation)
        {
            case HeadActivation.Tanh:
                TensorPrimitives.Tanh<float>(values, values);
                break;
            case HeadActivation.Relu:
                TensorPrimitives.Max<float>(values, 0, values);
                break;
            default:
                Gelu.Apply(values, values);
                break;
        }
    }
}
