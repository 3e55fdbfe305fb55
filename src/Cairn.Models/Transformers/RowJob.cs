using System.Numerics.Tensors;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Splits work on rows over the team; a few rows are done by the caller, where a dispatch would cost more.</summary>
internal static unsafe class RowJob
{
    private const int RowsWorthDispatching = 8;

    /// <summary>Runs <paramref name="body"/> on all workers, or on the caller alone when there are few rows.</summary>
    /// <param name="team">Threads.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="body">Takes (context, worker, workers) and does its share, see <see cref="Share"/>.</param>
    /// <param name="context">A struct on the caller's stack.</param>
    public static void Run(ThreadTeam team, int rows, delegate*<void*, int, int, void> body, void* context)
    {
        if (rows < RowsWorthDispatching)
            body(context, 0, 1);
        else
            team.Run(body, context);
    }

    /// <summary>The rows of one worker: neighbouring ones, as equal in number as can be.</summary>
    public static (int Start, int End) Share(int rows, int worker, int workers) =>
        ((int)((long)rows * worker / workers), (int)((long)rows * (worker + 1) / workers));

    /// <summary>x += b, [length] both, unless b is null.</summary>
    public static void AddBias(float* x, float* bias, int length)
    {
        if (bias is not null)
            Add(new Span<float>(x, length), new ReadOnlySpan<float>(bias, length));
    }

    /// <summary>x += y.</summary>
    public static void Add(Span<float> x, ReadOnlySpan<float> y) => TensorPrimitives.Add(x, y, x);
}
