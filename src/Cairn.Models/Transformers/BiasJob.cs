namespace Cairn.Models.Transformers;

/// <summary>Rows made of three equal parts, each with a bias of its own: x[row, part] += bias[part].</summary>
internal unsafe struct BiasJob
{
    /// <summary>[rows, 3 · width].</summary>
    public float* X;

    /// <summary>Bias of the first part, [width], or null.</summary>
    public float* First;

    /// <summary>Bias of the second part.</summary>
    public float* Second;

    /// <summary>Bias of the third part.</summary>
    public float* Third;

    /// <summary>Tokens.</summary>
    public int Rows;

    /// <summary>Width of a part.</summary>
    public int Width;

    /// <summary>Next row to be claimed.</summary>
    public int NextRow;

    /// <summary>Works until no row is left; the context is this struct.</summary>
    public static void Work(void* context, int worker, int workers)
    {
        var job = (BiasJob*)context;
        while (RowJob.TryClaim(ref job->NextRow, job->Rows, out int start, out int end))
        {
            for (long row = start; row < end; row++)
            {
                float* x = job->X + (row * 3 * job->Width);
                RowJob.AddBias(x, job->First, job->Width);
                RowJob.AddBias(x + job->Width, job->Second, job->Width);
                RowJob.AddBias(x + (2 * job->Width), job->Third, job->Width);
            }
        }
    }
}
