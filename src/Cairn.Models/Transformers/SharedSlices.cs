using System.Runtime.InteropServices;

namespace Cairn.Models.Transformers;

/// <summary>Slices of a batch that the workers of a team take one by one, each with a pass of its own.</summary>
/// <param name="batch">The batch, with room for the hidden states.</param>
/// <param name="slices">Slices in the order of taking.</param>
/// <param name="passOf">The pass of a worker; called on that worker.</param>
/// <param name="cancellationToken">Looked at between layers.</param>
internal sealed unsafe class SharedSlices(
    EncoderBatch batch, List<EncoderSlice> slices, Func<int, EncoderPass> passOf, CancellationToken cancellationToken)
{
    private int _next;

    /// <summary>Works until no slice is left; the context is a handle of this object.</summary>
    public static void Work(void* context, int worker, int workers)
    {
        var work = (SharedSlices)GCHandle.FromIntPtr((nint)context).Target!;
        for (int slice; (slice = Interlocked.Increment(ref work._next) - 1) < work.Count;)
            work.Run(slice, worker);
    }

    private int Count => slices.Count;

    private void Run(int slice, int worker) =>
        passOf(worker).Run(batch, slices[slice], observer: null, cancellationToken);
}
