using Cairn.Tensors;

namespace Cairn.Models.Adapters;

/// <summary>What an adapter adds to one linear map: s·B·(A·x), in single precision.</summary>
internal sealed unsafe class LowRankDelta
{
    /// <param name="tensor">The base tensor, for messages.</param>
    /// <param name="a">A, [rank, inputs].</param>
    /// <param name="transposedB">Bᵀ, [rank, stride]; the first of <paramref name="outputs"/> columns.</param>
    /// <param name="stride">Floats between the rows of Bᵀ: more than the outputs where the map is a part of a fused matrix.</param>
    /// <param name="outputs">Rows of the map.</param>
    /// <param name="scale">s.</param>
    /// <param name="lengths">What DoRA needs; null for plain LoRA.</param>
    public LowRankDelta(string tensor, WeightMatrix a, float* transposedB, int stride, int outputs, double scale, RowLengths? lengths)
    {
        Tensor = tensor;
        A = a;
        TransposedB = transposedB;
        Stride = stride;
        Outputs = outputs;
        Scale = scale;
        Lengths = lengths;
    }

    /// <summary>The base tensor.</summary>
    public string Tensor { get; }

    /// <summary>A, [rank, inputs].</summary>
    public WeightMatrix A { get; }

    public int Rank => A.Rows;

    /// <summary>Bᵀ, [rank, stride]: added row by row, each of them in one stream.</summary>
    public float* TransposedB { get; }

    public int Stride { get; }

    public int Outputs { get; }

    /// <summary>s, without the request's factor.</summary>
    public double Scale { get; }

    public RowLengths? Lengths { get; }
}
