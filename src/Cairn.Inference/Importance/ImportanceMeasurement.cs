using System.Numerics.Tensors;
using Cairn.Models;
using Cairn.Models.Transformers;
using Cairn.Tensors;

namespace Cairn.Inference.Importance;

/// <summary>Measures how large each input of each matrix is on a text: what an importance matrix is made of.</summary>
/// <remarks>
/// The text is cut into windows that each start with an empty cache; every token counts. The output matrix is left out, as
/// are the embeddings, which have no input.
/// </remarks>
public static class ImportanceMeasurement
{
    /// <summary>Runs a text through a model and sums the squares of all inputs.</summary>
    /// <param name="model">The model; other calls wait.</param>
    /// <param name="ids">The text, at least one window.</param>
    /// <param name="window">Tokens of a window, 4 to the context length.</param>
    /// <param name="progress">Receives the share that is done.</param>
    /// <param name="cancellationToken">Stops within a layer.</param>
    /// <returns>Sums by the matrix's name; of a stack of experts those of each expert, over the tokens that it got.</returns>
    /// <exception cref="ArgumentException">The text is too short.</exception>
    /// <exception cref="ContextOverflowException">The window is longer than the context.</exception>
    public static IReadOnlyDictionary<string, ImportanceSums> Measure(
        LanguageModel model,
        ReadOnlySpan<int> ids,
        int window = 512,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireWindows(ids, window);
        int[] tokens = ids.ToArray();
        return model.RunAlone(
            decoder =>
            {
                var collector = new Collector(decoder.Weights);
                decoder.InputObserver = collector.Add;
                try
                {
                    Run(decoder, tokens, window, progress, cancellationToken);
                }
                finally
                {
                    decoder.InputObserver = null;
                }

                return collector.ToSums();
            },
            cancellationToken);
    }

    private static void Run(
        TransformerDecoder decoder, int[] ids, int window, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        int windows = ids.Length / window;
        using var session = new DecodingSession(decoder, window);
        for (int w = 0; w < windows; w++)
        {
            session.Truncate(0);
            session.Append(ids.AsSpan(w * window, window), cancellationToken);
            progress?.Report((w + 1.0) / windows);
        }
    }

    /// <summary>Sums of every matrix, found by the object that multiplies it.</summary>
    private sealed class Collector
    {
        private const string ExpertSuffix = "_exps.weight";

        private readonly Dictionary<WeightMatrix, Slot> _slots = [];
        private float[] _squares = [];

        public Collector(IReadOnlyList<WeightMatrix> matrices)
        {
            foreach (IGrouping<string, WeightMatrix> tensor in matrices.GroupBy(matrix => matrix.Name, StringComparer.Ordinal))
            {
                // Matrices of one name are the experts of a stack, or parts of one tensor with one input: the first will do.
                bool isStack = tensor.Key.EndsWith(ExpertSuffix, StringComparison.Ordinal);
                foreach (WeightMatrix matrix in isStack ? tensor : tensor.Take(1)) _slots.Add(matrix, new Slot(matrix.Columns));
            }
        }

        public void Add(WeightMatrix matrix, ReadOnlySpan<float> x)
        {
            if (!_slots.TryGetValue(matrix, out Slot? slot)) return;

            int columns = matrix.Columns;
            if (_squares.Length < columns) _squares = new float[columns];
            Span<float> squares = _squares.AsSpan(0, columns);
            squares.Clear();
            for (int start = 0; start < x.Length; start += columns)
            {
                ReadOnlySpan<float> row = x.Slice(start, columns);
                TensorPrimitives.MultiplyAdd(row, row, squares, squares);
            }

            for (int i = 0; i < columns; i++) slot.Squares[i] += squares[i];
            slot.Count += x.Length / columns;
        }

        public Dictionary<string, ImportanceSums> ToSums() => _slots
            .GroupBy(pair => pair.Key.Name, StringComparer.Ordinal)
            .Where(tensor => tensor.Any(pair => pair.Value.Count > 0))
            .ToDictionary(
                tensor => tensor.Key,
                tensor => new ImportanceSums(
                    [.. tensor.SelectMany(pair => pair.Value.Squares).Select(value => (float)value)],
                    [.. tensor.Select(pair => (float)pair.Value.Count)]),
                StringComparer.Ordinal);

        private sealed class Slot(int columns)
        {
            public double[] Squares { get; } = new double[columns];

            public long Count { get; set; }
        }
    }
}
