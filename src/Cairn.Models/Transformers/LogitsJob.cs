using System.Numerics.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Rows of logits: x = scale · x, then the soft cap c · tanh(x / c).</summary>
internal unsafe struct LogitsJob
{
    /// <summary>[rows, width].</summary>
    public float* Logits;

    /// <summary>Factor.</summary>
    public float Scale;

    /// <summary>c; 0 for none.</summary>
    public float SoftCap;

    /// <summary>Tokens.</summary>
    public int Rows;

    /// <summary>Width of a row.</summary>
    public int Width;

    /// <summary>Next row to be claimed.</summary>
    public int NextRow;

    /// <summary>Works until no row is left; the context is this struct.</summary>
    public static void Work(void* context, int worker, int workers)
    {
        var job = (LogitsJob*)context;
        while (RowJob.TryClaim(ref job->NextRow, job->Rows, out int start, out int end))
        {
            for (long row = start; row < end; row++)
            {
                var logits = new Span<float>(job->Logits + (row * job->Width), job->Width);
                if (job->Scale != 1)
                    TensorPrimitives.Multiply(logits, job->Scale, logits);

                if (job->SoftCap > 0)
                    Tensors.SoftCap.Apply(logits, job->SoftCap, logits);
            }
        }
    }
}
