using Cairn.Models.Configuration;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>
/// Decoder rows: adds biases, then up = SiLU(gate) · up, GELU(gate) · up, or GELU(up), as
/// <see cref="FeedForwardKind"/> says.
/// </summary>
internal unsafe struct FeedForwardJob
{
    /// <summary>[rows, width], or null where there is no gate.</summary>
    public float* Gate;

    /// <summary>Up, and result, [rows, width].</summary>
    public float* Up;

    /// <summary>[width], or null.</summary>
    public float* GateBias;

    /// <summary>[width], or null.</summary>
    public float* UpBias;

    /// <summary>What is computed.</summary>
    public FeedForwardKind Kind;

    /// <summary>Tokens.</summary>
    public int Rows;

    /// <summary>Width of a row.</summary>
    public int Width;

    /// <summary>Next row to be claimed.</summary>
    public int NextRow;

    /// <summary>Works until no row is left; the context is this struct.</summary>
    public static void Work(void* context, int worker, int workers)
    {
        var job = (FeedForwardJob*)context;
        while (RowJob.TryClaim(ref job->NextRow, job->Rows, out int start, out int end))
        {
            for (int row = start; row < end; row++)
                job->Run(row);
        }
    }

    private readonly void Run(long row)
    {
        float* up = Up + (row * Width);
        RowJob.AddBias(up, UpBias, Width);
        var result = new Span<float>(up, Width);
        if (Kind == FeedForwardKind.GeluTanh)
        {
            GeluTanh.Apply(result, result);
            return;
        }

        float* gate = Gate + (row * Width);
        RowJob.AddBias(gate, GateBias, Width);
        var gates = new ReadOnlySpan<float>(gate, Width);
        if (Kind == FeedForwardKind.GatedSilu)
            SwiGlu.Apply(gates, result, result);
        else
            GeluTanh.ApplyGated(gates, result, result);
    }
}
