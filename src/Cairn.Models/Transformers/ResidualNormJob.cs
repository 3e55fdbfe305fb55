using System.Numerics.Tensors;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>
/// Decoder rows: residual += scale · PostNorm(block output + bias), then normed = Norm(residual); whatever is null is left
/// out.
/// </summary>
internal unsafe struct ResidualNormJob
{
    /// <summary>Residual stream, [rows, width].</summary>
    public float* Residual;

    /// <summary>What a block adds, [rows, width], or null; overwritten.</summary>
    public float* BlockOutput;

    /// <summary>Bias of the block's last projection, [width], or null.</summary>
    public float* BlockBias;

    /// <summary>Gain of the norm of the block's output, [width], or null.</summary>
    public float* PostGain;

    /// <summary>Bias of that norm; null for an RMS norm.</summary>
    public float* PostBias;

    /// <summary>Factor on what the block adds.</summary>
    public float Scale;

    /// <summary>Result, [rows, width].</summary>
    public float* Normed;

    /// <summary>Gain of the norm, [width], or null.</summary>
    public float* Gain;

    /// <summary>Bias of the norm; null for an RMS norm.</summary>
    public float* Bias;

    /// <summary>ε of the norms.</summary>
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
        while (RowJob.TryClaim(ref job->NextRow, job->Rows, out int start, out int end))
        {
            for (int row = start; row < end; row++)
                job->Run(row);
        }
    }

    private readonly void Run(long row)
    {
        var residual = new Span<float>(Residual + (row * Width), Width);
        if (BlockOutput is not null)
            AddBlock(BlockOutput + (row * Width), residual);

        if (Gain is not null)
            Norm(residual, Gain, Bias, new Span<float>(Normed + (row * Width), Width));
    }

    private readonly void AddBlock(float* output, Span<float> residual)
    {
        var added = new Span<float>(output, Width);
        RowJob.AddBias(output, BlockBias, Width);
        if (PostGain is not null)
            Norm(added, PostGain, PostBias, added);

        if (Scale == 1)
            RowJob.Add(residual, added);
        else
            TensorPrimitives.MultiplyAdd(added, Scale, residual, residual);
    }

    private readonly void Norm(ReadOnlySpan<float> x, float* gain, float* bias, Span<float> y)
    {
        var gains = new ReadOnlySpan<float>(gain, Width);
        if (bias is null)
            RmsNorm.Apply(x, gains, Epsilon, y);
        else
            LayerNorm.Apply(x, gains, new ReadOnlySpan<float>(bias, Width), Epsilon, y);
    }
}
