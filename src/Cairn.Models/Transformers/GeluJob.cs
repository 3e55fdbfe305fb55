using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Encoder rows: x = GELU(x + bias).</summary>
internal unsafe struct GeluJob
{
    /// <summary>[rows, width].</summary>
    public float* X;

    /// <summary>[width], or null.</summary>
    public float* Bias;

    /// <summary>Tokens.</summary>
    public int Rows;

    /// <summary>Width of a row.</summary>
    public int Width;

    /// <summary>Next row to be claimed.</summary>
    public int NextRow;

    /// <summary>Works until no row is left; the context is this struct.</summary>
    public static void Work(void* context, int worker, int workers)
    {
        var job = (GeluJob*)context;
        while (RowJob.TryClaim(ref job->NextRow, job->Rows, out int start, out int end))
        {
            for (long row = start; row < end; row++)
            {
                float* x = job->X + (row * job->Width);
                RowJob.AddBias(x, job->Bias, job->Width);
                var values = new Span<float>(x, job->Width);
                Gelu.Apply(values, values);
            }
        }
    }
}
