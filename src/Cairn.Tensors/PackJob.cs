using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>Packs a matrix on all workers of a team, which claim a few panels at a time, in the order of the source.</summary>
internal sealed unsafe class PackJob(
    MatrixKernel kernel, byte* source, long sourceBytes, int rows, int columns, byte* packed, Action<long, long>? onPacked)
{
    private const long PieceBytes = 1 << 20;

    private readonly byte* _source = source;
    private readonly byte* _packed = packed;
    private readonly int _panels = kernel.PanelCount(rows);
    private readonly int _piece = (int)Math.Clamp(
        PieceBytes * kernel.PanelCount(rows) / sourceBytes, 1, kernel.PanelCount(rows));

    private int _claimed;
    private int _failedPieces;

    /// <summary>Packs everything; false when the kernel cannot compute these weights.</summary>
    public bool Run(ThreadTeam team)
    {
        var handle = GCHandle.Alloc(this);
        try
        {
            team.RunShared(&PackShare, (void*)GCHandle.ToIntPtr(handle));
        }
        finally
        {
            handle.Free();
        }

        return _failedPieces == 0;
    }

    private static void PackShare(void* context, int worker, int workerCount)
    {
        var job = (PackJob)GCHandle.FromIntPtr((nint)context).Target!;
        while (job.PackPiece())
        {
        }
    }

    private bool PackPiece()
    {
        var piece = Interlocked.Increment(ref _claimed) - 1L;
        if (piece * _piece >= _panels)
        {
            return false;
        }

        var first = (int)(piece * _piece);
        var end = (int)Math.Min(first + (long)_piece, _panels);
        if (!kernel.Pack(_source, rows, columns, first, end, _packed))
        {
            Interlocked.Increment(ref _failedPieces);
        }

        var rowBytes = sourceBytes / rows;
        var start = (long)first * kernel.PanelRows * rowBytes;
        onPacked?.Invoke(start, Math.Min((long)end * kernel.PanelRows * rowBytes, sourceBytes) - start);
        return true;
    }
}
