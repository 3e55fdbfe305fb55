using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Encoder rows of queries, keys and values: adds biases, and turns queries and keys to their positions.</summary>
internal unsafe struct EncoderInputJob
{
    /// <summary>Queries, keys and values side by side, [rows, 3 · width].</summary>
    public float* X;

    /// <summary>Bias of the queries, [width], or null.</summary>
    public float* QueryBias;

    /// <summary>Bias of the keys, or null.</summary>
    public float* KeyBias;

    /// <summary>Bias of the values, or null.</summary>
    public float* ValueBias;

    /// <summary>Whether queries and keys are turned.</summary>
    public bool HasRope;

    /// <summary>Rotation tables.</summary>
    public RotaryView Rope;

    /// <summary>Position of each row in its sequence, [rows].</summary>
    public int* Positions;

    /// <summary>Width of one head.</summary>
    public int HeadDim;

    /// <summary>Tokens.</summary>
    public int Rows;

    /// <summary>Width of a part.</summary>
    public int Width;

    /// <summary>Next row to be claimed.</summary>
    public int NextRow;

    /// <summary>Works until no row is left; the context is this struct.</summary>
    public static void Work(void* context, int worker, int workers)
    {
        var job = (EncoderInputJob*)context;
        while (RowJob.TryClaim(ref job->NextRow, job->Rows, out int start, out int end))
        {
            for (int row = start; row < end; row++)
                job->Run(row);
        }
    }

    private readonly void Run(int row)
    {
        float* query = X + ((long)row * 3 * Width);
        RowJob.AddBias(query, QueryBias, Width);
        RowJob.AddBias(query + Width, KeyBias, Width);
        RowJob.AddBias(query + (2 * Width), ValueBias, Width);
        if (HasRope)
            Rope.Apply(query, 2 * Width / HeadDim, HeadDim, Positions[row]); // the keys' heads follow the queries'
    }
}
