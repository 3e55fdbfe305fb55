using System.Numerics.Tensors;
using Cairn.Models.Configuration;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>
/// Computes a block of experts: y = Σ_e w_e · Expert_e(x) over the k experts with the greatest p = softmax(Router(x)),
/// w = p, divided by the sum of the k where the model says so.
/// </summary>
/// <remarks>
/// Jiang et al. 2024, arXiv:2401.04088. The rows of a panel are sorted by expert, so each expert multiplies all its rows
/// at once. A row's experts are added in the order of their numbers, so its result does not depend on the other rows.
/// </remarks>
internal sealed unsafe class ExpertBlock : IDisposable
{
    private readonly DecoderConfiguration _configuration;
    private readonly LinearMaps _maps;
    private readonly FeedForwardBlock _feedForward;
    private readonly AlignedMemory<float> _memory;
    private readonly float* _scores; // [rows, experts]
    private readonly float* _gathered; // [rows, hidden]
    private readonly float* _results; // [rows, hidden]
    private readonly int[] _chosen; // expert of each slot, [rows, k]
    private readonly float[] _weights; // weight of each slot, [rows, k]
    private readonly int[] _slots; // slots sorted by expert
    private readonly int[] _starts; // where an expert's slots start, [experts + 1]

    /// <summary>Makes room for so many rows.</summary>
    public ExpertBlock(DecoderConfiguration configuration, LinearMaps maps, FeedForwardBlock feedForward, int rows)
    {
        _configuration = configuration;
        _maps = maps;
        _feedForward = feedForward;
        long scores = (((long)rows * configuration.ExpertCount) + 15) & ~15L;
        long values = (((long)rows * configuration.HiddenSize) + 15) & ~15L;
        _memory = new AlignedMemory<float>(scores + (2 * values));
        _scores = _memory.Pointer;
        _gathered = _scores + scores;
        _results = _gathered + values;
        _chosen = new int[rows * configuration.ExpertsPerToken];
        _weights = new float[_chosen.Length];
        _slots = new int[_chosen.Length];
        _starts = new int[configuration.ExpertCount + 1];
    }

    /// <summary>Computes the block for some rows.</summary>
    /// <param name="weights">The block.</param>
    /// <param name="x">[rows, hidden].</param>
    /// <param name="rows">Rows.</param>
    /// <param name="output">[rows, hidden]; no overlap with <paramref name="x"/>.</param>
    public void Run(ExpertWeights weights, float* x, int rows, float* output)
    {
        int hidden = _configuration.HiddenSize;
        _maps.Apply(x, rows, hidden, new MapOutput(weights.Router, _scores, _configuration.ExpertCount));
        for (int row = 0; row < rows; row++)
            Choose(row);

        SortByExpert(rows * _configuration.ExpertsPerToken);
        new Span<float>(output, rows * hidden).Clear();
        for (int expert = 0; expert < weights.Experts.Length; expert++)
        {
            ReadOnlySpan<int> slots = _slots.AsSpan(_starts[expert].._starts[expert + 1]);
            if (!slots.IsEmpty)
                RunExpert(weights.Experts[expert], slots, x, output);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    /// <summary>The k most probable experts of a row and their weights; of equal ones the first.</summary>
    private void Choose(int row)
    {
        int count = _configuration.ExpertsPerToken;
        var probabilities = new Span<float>(_scores + ((long)row * _configuration.ExpertCount), _configuration.ExpertCount);
        Softmax.Apply(probabilities, probabilities);
        Span<float> weights = _weights.AsSpan(row * count, count);
        for (int i = 0; i < count; i++)
        {
            // Taken ones are −∞, which no probability is; NaN, which none is greater than, must not be taken twice either.
            int best = -1;
            for (int expert = 0; expert < probabilities.Length; expert++)
            {
                if (!float.IsNegativeInfinity(probabilities[expert]) && (best < 0 || probabilities[expert] > probabilities[best]))
                    best = expert;
            }

            _chosen[(row * count) + i] = best;
            weights[i] = probabilities[best];
            probabilities[best] = float.NegativeInfinity;
        }

        if (_configuration.NormalizesExpertWeights)
            TensorPrimitives.Divide(weights, TensorPrimitives.Sum<float>(weights), weights);
    }

    /// <summary>Counting sort: stable, so an expert's rows stay in order.</summary>
    private void SortByExpert(int count)
    {
        Array.Clear(_starts);
        for (int slot = 0; slot < count; slot++)
            _starts[_chosen[slot]]++;

        for (int expert = 1; expert < _starts.Length; expert++)
            _starts[expert] += _starts[expert - 1]; // now the end of each expert's slots

        for (int slot = count - 1; slot >= 0; slot--)
            _slots[--_starts[_chosen[slot]]] = slot;
    }

    private void RunExpert(FeedForwardWeights expert, ReadOnlySpan<int> slots, float* x, float* output)
    {
        int hidden = _configuration.HiddenSize;
        for (int i = 0; i < slots.Length; i++)
            Row(x, RowOf(slots[i])).CopyTo(Row(_gathered, i));

        _feedForward.Run(expert, _gathered, slots.Length, _results);
        for (int i = 0; i < slots.Length; i++)
        {
            Span<float> sum = Row(output, RowOf(slots[i]));
            TensorPrimitives.MultiplyAdd(Row(_results, i), _weights[slots[i]], sum, sum);
        }

        int RowOf(int slot) => slot / _configuration.ExpertsPerToken;

        Span<float> Row(float* rows, int row) => new(rows + ((long)row * hidden), hidden);
    }
}
