using System.Numerics.Tensors;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Splits work on rows over the team; a few rows are done by the caller, where a dispatch would cost more.</summary>
internal static unsafe class RowJob
{
    private const int RowsPerClaim = 8;

    /// <summary>Runs <paramref name="body"/> on the team, or on the caller alone when there are few rows.</summary>
    /// <param name="team">Threads.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="body">Takes (context, worker, workers) and claims rows until none is left, see <see cref="TryClaim"/>.</param>
    /// <param name="context">A struct on the caller's stack.</param>
    public static void Run(ThreadTeam team, int rows, delegate*<void*, int, int, void> body, void* context)
    {
        if (rows <= RowsPerClaim)
            body(context, 0, 1);
        else
            team.RunShared(body, context);
    }

    /// <summary>Takes the next rows; each row is given out once.</summary>
    /// <param name="next">Counter of the job, 0 at first.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="start">First row taken.</param>
    /// <param name="end">Row after the last.</param>
    /// <returns>False when none was left.</returns>
    public static bool TryClaim(ref int next, int rows, out int start, out int end)
    {
        start = Interlocked.Add(ref next, RowsPerClaim) - RowsPerClaim;
        end = Math.Min(start + RowsPerClaim, rows);
        return start < rows;
    }

    /// <summary>x += b, [length] both, unless b is null.</summary>
    public static void AddBias(float* x, float* bias, int length)
    {
        if (bias is not null)
            Add(new Span<float>(x, length), new ReadOnlySpan<float>(bias, length));
    }

    /// <summary>x += y.</summary>
    public static void Add(Span<float> x, ReadOnlySpan<float> y) => TensorPrimitives.Add(x, y, x);
}
