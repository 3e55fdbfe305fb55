using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>Packs a matrix on all workers of a team, each a contiguous share of the panels.</summary>
internal sealed unsafe class PackJob(WeightMatrix matrix, byte* source, byte* packed)
{
    private readonly byte* _source = source;
    private readonly byte* _packed = packed;

    /// <summary>Runs the job; returns when the matrix is packed.</summary>
    public void Run(ThreadTeam team)
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
    }

    private static void PackShare(void* context, int worker, int workerCount)
    {
        var job = (PackJob)GCHandle.FromIntPtr((nint)context).Target!;
        job.Pack(worker, workerCount);
    }

    private void Pack(int worker, int workerCount)
    {
        var panels = (long)matrix.PanelCount;
        var first = (int)(panels * worker / workerCount);
        var end = (int)(panels * (worker + 1) / workerCount);
        matrix.MatrixKernel.Pack(_source, matrix.Rows, matrix.Columns, first, end, _packed);
    }
}
