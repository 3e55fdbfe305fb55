namespace Cairn.Tensors;

/// <summary>
/// Numbered pieces of work for a team: every worker owns a contiguous share and takes its pieces in order (so memory is
/// read in order), then takes what is left of the others' shares. Workers that never come are covered by the rest.
/// </summary>
/// <remarks><see cref="Reset"/> before the job, <c>TryClaim</c> in it; a piece is given out exactly once.</remarks>
internal sealed class WorkShares
{
    private const int CursorStride = 16; // ints: one cursor a cache line

    private readonly int[] _cursors;
    private readonly int _workers;
    private int _count;

    /// <summary>Prepares shares for <paramref name="workers"/> workers.</summary>
    public WorkShares(int workers)
    {
        _workers = workers;
        _cursors = new int[(workers + 1) * CursorStride];
    }

    /// <summary>Starts over with pieces 0 to <paramref name="count"/> − 1; no worker may be claiming.</summary>
    public void Reset(int count)
    {
        _count = count;
        for (var worker = 0; worker < _workers; worker++)
        {
            Cursor(worker) = Start(worker);
        }
    }

    /// <summary>Takes the next piece for a worker.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="share">Share that the worker takes from: its own index at first; advanced here.</param>
    /// <param name="piece">The piece.</param>
    /// <returns>False when no share has a piece left.</returns>
    public bool TryClaim(int worker, ref int share, out int piece) => TryClaim(worker, ref share, 1, out piece, out _);

    /// <summary>Takes the next pieces for a worker: as many as it wants, or what its share has left.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="share">Share that the worker takes from: its own index at first; advanced here.</param>
    /// <param name="most">Pieces that it takes at most, the same number in all calls of a job.</param>
    /// <param name="piece">The first piece.</param>
    /// <param name="end">The piece after the last.</param>
    /// <returns>False when no share has a piece left.</returns>
    public bool TryClaim(int worker, ref int share, int most, out int piece, out int end)
    {
        for (; share < worker + _workers; share++)
        {
            var owner = share % _workers;
            ref var cursor = ref Cursor(owner);
            var last = Start(owner + 1);
            if (Volatile.Read(ref cursor) < last)
            {
                piece = Interlocked.Add(ref cursor, most) - most;
                end = Math.Min(piece + most, last);
                if (piece < last)
                {
                    return true;
                }
            }
        }

        piece = end = -1;
        return false;
    }

    // The first line also holds the array's length, which every claim reads: it stays free of cursors.
    private ref int Cursor(int worker) => ref _cursors[(worker + 1) * CursorStride];

    private int Start(int worker) => (int)((long)_count * worker / _workers);
}
