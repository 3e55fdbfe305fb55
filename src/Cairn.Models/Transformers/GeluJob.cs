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

    /// <summary>The share of one worker; the context is this struct.</summary>
    public static void Work(void* context, int worker, int workers)
    {
        var job = (GeluJob*)context;
        (int start, int end) = RowJob.Share(job->Rows, worker, workers);
        for (long row = start; row < end; row++)
        {
            float* x = job->X + (row * job->Width);
            RowJob.AddBias(x, job->Bias, job->Width);
            var values = new Span<float>(x, job->Width);
            Gelu.Apply(values, values);
        }
    }
}
