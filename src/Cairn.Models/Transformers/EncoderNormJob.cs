using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Encoder rows: hidden += block output + bias; target = LayerNorm(hidden), where there is a norm.</summary>
internal unsafe struct EncoderNormJob
{
    /// <summary>Hidden states, [rows, width].</summary>
    public float* Hidden;

    /// <summary>Normed hidden states, [rows, width]; may be the hidden states themselves.</summary>
    public float* Target;

    /// <summary>What a block adds, [rows, width], or null.</summary>
    public float* BlockOutput;

    /// <summary>Bias of the block's last projection, [width], or null.</summary>
    public float* Bias;

    /// <summary>Gain of the norm, [width]; null for no norm.</summary>
    public float* Gain;

    /// <summary>Bias of the norm, [width].</summary>
    public float* NormBias;

    /// <summary>ε of the norm.</summary>
    public float Epsilon;

    /// <summary>Tokens.</summary>
    public int Rows;

    /// <summary>Width of a row.</summary>
    public int Width;

    /// <summary>Next row to be claimed.</summary>
    public int NextRow;

    /// <summary>Works until no row is left; the context is this struct.</summary>
    public static void Work(void* context, int worker, int workers)
    {
        var job = (EncoderNormJob*)context;
        var gain = new ReadOnlySpan<float>(job->Gain, job->Width);
        var normBias = new ReadOnlySpan<float>(job->NormBias, job->Width);
        while (RowJob.TryClaim(ref job->NextRow, job->Rows, out int start, out int end))
        {
            for (long row = start; row < end; row++)
            {
                float* x = job->Hidden + (row * job->Width);
                var hidden = new Span<float>(x, job->Width);
                if (job->BlockOutput is not null)
                    RowJob.Add(hidden, new ReadOnlySpan<float>(job->BlockOutput + (row * job->Width), job->Width));

                RowJob.AddBias(x, job->Bias, job->Width);
                if (job->Gain is null)
                    continue;

                LayerNorm.Apply(hidden, gain, normBias, job->Epsilon, new Span<float>(job->Target + (row * job->Width), job->Width));
            }
        }
    }
}
