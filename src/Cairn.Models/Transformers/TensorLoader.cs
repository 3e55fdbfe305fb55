using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Takes the tensors of a model out of its file, checks their shapes, and keeps count for the progress report.</summary>
/// <param name="source">The file.</param>
/// <param name="options">Threads and progress.</param>
/// <param name="activation">Arithmetic of the matrices.</param>
/// <param name="cancellationToken">Looked at between tensors.</param>
internal sealed unsafe class TensorLoader(
    ITensorSource source, TransformerOptions options, ActivationType activation, CancellationToken cancellationToken)
{
    private readonly long _totalBytes = Math.Max(1, source.Tensors.Sum(tensor => tensor.SizeInBytes));
    private readonly List<WeightMatrix> _matrices = [];
    private long _doneBytes;

    /// <summary>All matrices made so far, in order.</summary>
    public IReadOnlyList<WeightMatrix> Matrices => _matrices;

    /// <summary>Loads a matrix and packs it for the kernels.</summary>
    /// <exception cref="ModelFormatException">The tensor is absent or has another shape.</exception>
    public WeightMatrix Matrix(string name, int rows, int columns) => Slices(name, [rows, columns], [rows])[0];

    /// <summary>Loads the rows of a tensor as several matrices of its name, each packed for the kernels.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="shape">Its shape; a stack of matrices has three dimensions.</param>
    /// <param name="rows">Rows of each matrix; together all that the tensor has.</param>
    /// <exception cref="ModelFormatException">The tensor is absent or has another shape.</exception>
    public WeightMatrix[] Slices(string name, ReadOnlySpan<int> shape, ReadOnlySpan<int> rows)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TensorView view = Require(name, shape);
        long rowBytes = view.Info.SizeInBytes / view.Rows;
        var matrices = new WeightMatrix[rows.Length];
        long first = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            long offset = first * rowBytes;
            matrices[i] = WeightMatrix.Create(
                name,
                view.Info.Type,
                view.Data + offset,
                rows[i] * rowBytes,
                rows[i],
                shape[^1],
                activation,
                options.Team,
                (start, length) => source.ReleasePart(view, offset + start, length));
            _matrices.Add(matrices[i]);
            first += rows[i];
        }

        if (!Array.Exists(matrices, matrix => matrix.IsInPlace))
            source.Release(view);

        Report(view);
        return matrices;
    }

    /// <summary>Finds a matrix that is read row by row from the file.</summary>
    /// <exception cref="ModelFormatException">The tensor is absent or has another shape.</exception>
    public EmbeddingTable Table(string name, int rows, int columns)
    {
        TensorView view = Require(name, [rows, columns]);
        Report(view);
        return new EmbeddingTable(view);
    }

    /// <summary>Loads a vector as floats.</summary>
    /// <exception cref="ModelFormatException">The tensor is absent or has another length.</exception>
    public float[] Vector(string name, int length) => Floats(name, [length]);

    /// <summary>Loads a vector as floats, or gives an empty one when the file has none of that name.</summary>
    /// <exception cref="ModelFormatException">The tensor has another length.</exception>
    public float[] OptionalVector(string name, int length) =>
        Has(name) ? Vector(name, length) : [];

    /// <summary>Loads a matrix as floats, or gives an empty one when the file has none of that name.</summary>
    /// <exception cref="ModelFormatException">The tensor has another shape.</exception>
    public float[] OptionalMatrix(string name, int rows, int columns) => Has(name) ? Floats(name, [rows, columns]) : [];

    /// <summary>Whether the file has a tensor of a name.</summary>
    public bool Has(string name) => source.TryGetTensor(name, out _);

    /// <summary>Frees what was made, after a failure.</summary>
    public void DisposeMatrices()
    {
        foreach (WeightMatrix matrix in _matrices)
            matrix.Dispose();
    }

    private float[] Floats(string name, ReadOnlySpan<int> shape)
    {
        TensorView view = Require(name, shape);
        float[] values = view.ToFloats();
        source.Release(view);
        Report(view);
        return values;
    }

    private TensorView Require(string name, ReadOnlySpan<int> shape)
    {
        string expected = $"[{string.Join(", ", shape.ToArray())}]";
        if (!source.TryGetTensor(name, out TensorView view))
        {
            throw new ModelFormatException(
                ModelFormatError.MissingTensor, source.Path, $"tensor '{name}' is missing", expected, tensor: name);
        }

        bool isEqual = view.Info.Shape.Count == shape.Length;
        for (int i = 0; isEqual && i < shape.Length; i++)
            isEqual = view.Info.Shape[i] == shape[i];

        return isEqual
            ? view
            : throw new ModelFormatException(
                ModelFormatError.BadShape,
                source.Path,
                $"tensor '{name}' does not have the shape that the configuration asks for",
                expected,
                view.Info.ShapeText,
                tensor: name);
    }

    private void Report(TensorView view)
    {
        _doneBytes += view.Info.SizeInBytes;
        options.Progress?.Report(Math.Min(1.0, (double)_doneBytes / _totalBytes));
    }
}
