using Cairn.Models.Configuration;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Encoder rows between the matrices of a feed-forward block: up = GELU(up + bias), or up = σ(gate + bias) · (up + bias).</summary>
internal unsafe struct EncoderGateJob
{
    /// <summary>Up projection and result, [rows, width].</summary>
    public float* Up;

    /// <summary>Gate, [rows, width], or null.</summary>
    public float* Gate;

    /// <summary>[width], or null.</summary>
    public float* UpBias;

    /// <summary>[width], or null.</summary>
    public float* GateBias;

    /// <summary>What is computed.</summary>
    public EncoderFeedForward Kind;

    /// <summary>Tokens.</summary>
    public int Rows;

    /// <summary>Width of a row.</summary>
    public int Width;

    /// <summary>Next row to be claimed.</summary>
    public int NextRow;

    /// <summary>Works until no row is left; the context is this struct.</summary>
    public static void Work(void* context, int worker, int workers)
    {
        var job = (EncoderGateJob*)context;
        while (RowJob.TryClaim(ref job->NextRow, job->Rows, out int start, out int end))
        {
            for (long row = start; row < end; row++)
                job->Run(row);
        }
    }

    private readonly void Run(long row)
    {
        float* up = Up + (row * Width);
        var values = new Span<float>(up, Width);
        if (Kind == EncoderFeedForward.Gelu)
        {
            if (UpBias is null)
                Gelu.Apply(values, values);
            else
                Gelu.ApplyBiased(values, new ReadOnlySpan<float>(UpBias, Width), values);

            return;
        }

        RowJob.AddBias(up, UpBias, Width);

        float* gate = Gate + (row * Width);
        RowJob.AddBias(gate, GateBias, Width);
        var gates = new ReadOnlySpan<float>(gate, Width);
        if (Kind == EncoderFeedForward.GatedSilu)
            SwiGlu.Apply(gates, values, values);
        else
            GeGlu.Apply(gates, values, values);
    }
}
