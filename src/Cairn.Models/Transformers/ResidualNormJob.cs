using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Decoder rows: residual += block output (where there is one), then normed = RmsNorm(residual).</summary>
internal unsafe struct ResidualNormJob
{
    /// <summary>Residual stream, [rows, width].</summary>
    public float* Residual;

    /// <summary>What a block adds, [rows, width], or null.</summary>
    public float* BlockOutput;

    /// <summary>Result, [rows, width].</summary>
    public float* Normed;

    /// <summary>Gain of the norm, [width].</summary>
    public float* Gain;

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
        var job = (ResidualNormJob*)context;
        var gain = new ReadOnlySpan<float>(job->Gain, job->Width);
        while (RowJob.TryClaim(ref job->NextRow, job->Rows, out int start, out int end))
        {
            for (long row = start; row < end; row++)
            {
                var residual = new Span<float>(job->Residual + (row * job->Width), job->Width);
                if (job->BlockOutput is not null)
                    RowJob.Add(residual, new ReadOnlySpan<float>(job->BlockOutput + (row * job->Width), job->Width));

                RmsNorm.Apply(residual, gain, job->Epsilon, new Span<float>(job->Normed + (row * job->Width), job->Width));
            }
        }
    }
}
