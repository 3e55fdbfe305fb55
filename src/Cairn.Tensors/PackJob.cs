using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>Packs a matrix on all workers of a team, each a contiguous share of the panels.</summary>
internal sealed unsafe class PackJob(MatrixKernel kernel, byte* source, int rows, int columns, byte* packed)
{
    private readonly byte* _source = source;
    private readonly byte* _packed = packed;
    private int _failedShares;

    /// <summary>Packs everything; false when the kernel cannot compute these weights.</summary>
    public bool Run(ThreadTeam team)
    {
        var handle = GCHandle.Alloc(this);
        try
        {
            team.Run(&PackShare, (void*)GCHandle.ToIntPtr(handle));
        }
        finally
        {
            handle.Free();
        }

        return _failedShares == 0;
    }

    private static void PackShare(void* context, int worker, int workerCount)
    {
        var job = (PackJob)GCHandle.FromIntPtr((nint)context).Target!;
        job.Pack(worker, workerCount);
    }

    private void Pack(int worker, int workerCount)
    {
        var panels = (long)kernel.PanelCount(rows);
        var first = (int)(panels * worker / workerCount);
        var end = (int)(panels * (worker + 1) / workerCount);
        if (!kernel.Pack(_source, rows, columns, first, end, _packed))
        {
            Interlocked.Increment(ref _failedShares);
        }
    }
}
