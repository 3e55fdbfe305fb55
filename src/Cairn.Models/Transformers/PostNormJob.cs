using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Encoder rows: hidden = LayerNorm(hidden + block output + bias).</summary>
internal unsafe struct PostNormJob
{
    /// <summary>Hidden states and result, [rows, width].</summary>
    public float* Hidden;

    /// <summary>What a block adds, [rows, width], or null.</summary>
    public float* BlockOutput;

    /// <summary>Bias of the block's last projection, [width], or null.</summary>
    public float* Bias;

    /// <summary>Gain of the norm, [width].</summary>
    public float* Gain;

    /// <summary>Bias of the norm, [width].</summary>
    public float* NormBias;

    /// <summary>ε of the norm.</summary>
    public float Epsilon;

    /// <summary>Tokens.</summary>
    public int Rows;

    /// <summary>Width of a row.</summary>
    public int Width;

    /// <summary>The share of one worker; the context is this struct.</summary>
    public static void Work(void* context, int worker, int workers)
    {
        var job = (PostNormJob*)context;
        (int start, int end) = RowJob.Share(job->Rows, worker, workers);
        var gain = new ReadOnlySpan<float>(job->Gain, job->Width);
        var normBias = new ReadOnlySpan<float>(job->NormBias, job->Width);
        for (long row = start; row < end; row++)
        {
            float* x = job->Hidden + (row * job->Width);
            var hidden = new Span<float>(x, job->Width);
            if (job->BlockOutput is not null)
                RowJob.Add(hidden, new ReadOnlySpan<float>(job->BlockOutput + (row * job->Width), job->Width));

            RowJob.AddBias(x, job->Bias, job->Width);
            LayerNorm.Apply(hidden, gain, normBias, job->Epsilon, hidden);
        }
    }
}
