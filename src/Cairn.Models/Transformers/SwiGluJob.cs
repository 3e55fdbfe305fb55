using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Decoder rows: gate = SiLU(gate + its bias) · (up + its bias).</summary>
internal unsafe struct SwiGluJob
{
    /// <summary>Gate and result, [rows, width].</summary>
    public float* Gate;

    /// <summary>[rows, width].</summary>
    public float* Up;

    /// <summary>[width], or null.</summary>
    public float* GateBias;

    /// <summary>[width], or null.</summary>
    public float* UpBias;

    /// <summary>Tokens.</summary>
    public int Rows;

    /// <summary>Width of a row.</summary>
    public int Width;

    /// <summary>Next row to be claimed.</summary>
    public int NextRow;

    /// <summary>Works until no row is left; the context is this struct.</summary>
    public static void Work(void* context, int worker, int workers)
    {
        var job = (SwiGluJob*)context;
        while (RowJob.TryClaim(ref job->NextRow, job->Rows, out int start, out int end))
        {
            for (long row = start; row < end; row++)
            {
                float* gate = job->Gate + (row * job->Width);
                float* up = job->Up + (row * job->Width);
                RowJob.AddBias(gate, job->GateBias, job->Width);
                RowJob.AddBias(up, job->UpBias, job->Width);
                var result = new Span<float>(gate, job->Width);
                SwiGlu.Apply(result, new ReadOnlySpan<float>(up, job->Width), result);
            }
        }
    }
}
