using Cairn.Models;

namespace Cairn.Hub.Quantization;

/// <summary>
/// How much each input column of each matrix matters: the mean of its squared activations over a text. Quantisers weigh
/// the error of a column by it.
/// </summary>
/// <remarks>
/// For y = W·x, an error e in column j of a row adds e·x_j to y, so its expected square is e² · mean(x_j²).
/// </remarks>
public sealed class ImportanceMatrix
{
    private readonly Dictionary<string, float[]> _entries;

    /// <summary>Takes computed weights.</summary>
    /// <param name="entries">For each matrix a weight a column; for a stack of them [matrices, columns].</param>
    /// <param name="path">Where it was read from, or empty.</param>
    /// <param name="dataset">The text that it was computed on; empty when unknown.</param>
    /// <param name="chunkCount">Windows of the text that were used.</param>
    public ImportanceMatrix(IReadOnlyDictionary<string, float[]> entries, string path = "", string dataset = "", int chunkCount = 0)
    {
        _entries = new Dictionary<string, float[]>(entries, StringComparer.Ordinal);
        (Path, Dataset, ChunkCount) = (path, dataset, chunkCount);
    }

    /// <summary>Where it was read from, or empty.</summary>
    public string Path { get; }

    /// <summary>The text that it was computed on; empty when unknown.</summary>
    public string Dataset { get; }

    /// <summary>Windows of the text that were used.</summary>
    public int ChunkCount { get; }

    /// <summary>Names of the matrices that have weights.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>The weights for a tensor; empty when there are none for it.</summary>
    /// <param name="tensor">A matrix [rows, columns], or a stack [matrices, rows, columns].</param>
    /// <exception cref="ModelFormatException">They belong to a matrix of another width.</exception>
    public ReadOnlySpan<float> For(TensorInfo tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!_entries.TryGetValue(tensor.Name, out var weights)) return default;

        var matrices = tensor.Shape.Count > 2 ? tensor.Shape[0] : 1;
        if (weights.Length == tensor.Shape[^1] * matrices) return weights;

        throw new ModelFormatException(
            ModelFormatError.BadShape, Path, $"the importance of '{tensor.Name}' is that of another matrix",
            $"{tensor.Shape[^1] * matrices:N0} weights", $"{weights.Length:N0}", tensor: tensor.Name);
    }
}
