using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>
/// A fixed team of threads for work of microseconds: the caller is worker 0, the others spin for a short while after
/// each job and then park. A job costs no managed allocation.
/// </summary>
/// <remarks>
/// One job at a time: <see cref="Run"/> is neither reentrant nor thread-safe. When a body throws, the others finish or
/// leave at their next <see cref="Barrier"/>; <see cref="Run"/> then rethrows the first exception and the team stays usable.
/// </remarks>
public sealed unsafe class ThreadTeam : IDisposable
{
    private const int SpinsPerClockRead = 32;
    private static readonly long SpinTicks = Stopwatch.Frequency / 20_000; // 50 µs

    private readonly Thread[] _threads;
    private readonly Worker[] _workers;
    private readonly ParkingPlace _callerPlace = new();

    private delegate*<void*, int, int, void> _body;
    private void* _context;
    private ExceptionDispatchInfo? _failure;
    private int _generation;
    private int _running;
    private int _callerIsParked;
    private int _barrierCount;
    private int _barrierGeneration;
    private int _isBusy;
    private volatile bool _isDisposed;

    /// <summary>Starts <paramref name="threadCount"/> − 1 background threads.</summary>
    /// <param name="threadCount">Workers including the caller; 1 runs everything on the caller.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threadCount"/> is less than 1 or above 1,024.</exception>
    public ThreadTeam(int threadCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threadCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threadCount, 1024);
        ThreadCount = threadCount;
        _workers = new Worker[threadCount - 1];
        _threads = new Thread[threadCount - 1];
        for (var i = 1; i < threadCount; i++)
        {
            var index = i;
            _workers[i - 1] = new Worker();
            _threads[i - 1] = new Thread(() => Work(index)) { IsBackground = true, Name = $"Cairn worker {i}" };
            _threads[i - 1].Start();
        }
    }

    internal ReadOnlySpan<Thread> Workers => _threads;

    /// <summary>Workers of the team, the caller included.</summary>
    public int ThreadCount { get; }

    /// <summary>Jobs that were run: what a pass costs in hand-overs, countable where time is not.</summary>
    public long JobCount { get; private set; }

    /// <summary>Runs <paramref name="body"/> once on every worker and returns when all of them are done.</summary>
    /// <param name="body">Static method <c>(context, worker, workerCount)</c>; worker counts from 0, the caller.</param>
    /// <param name="context">Passed to every worker; usually a struct on the caller's stack.</param>
    /// <exception cref="InvalidOperationException">A job is already running: the team is not reentrant.</exception>
    /// <exception cref="ObjectDisposedException">The team was disposed.</exception>
    public void Run(delegate*<void*, int, int, void> body, void* context) => Dispatch(body, context, isShared: false);

    /// <summary>
    /// Runs a body whose workers claim pieces of work until none is left, and returns when all pieces are done. Like
    /// <see cref="Run"/>, but a worker that has not begun when the caller has
    /// finished its own call is left out: on a busy machine nobody waits for a thread that has no processor.
    /// </summary>
    /// <param name="body">As for Run. It may be called on some workers only, worker 0 among them, and must not meet a <see cref="Barrier"/>.</param>
    /// <param name="context">Passed to every worker.</param>
    /// <exception cref="InvalidOperationException">A job is already running: the team is not reentrant.</exception>
    /// <exception cref="ObjectDisposedException">The team was disposed.</exception>
    public void RunShared(delegate*<void*, int, int, void> body, void* context) => Dispatch(body, context, isShared: true);

    /// <summary>Waits, inside a body, until every worker of the job has come here. All workers must call it equally often.</summary>
    /// <exception cref="OperationCanceledException">Another worker threw, so the team will never be complete.</exception>
    public void Barrier()
    {
        if (ThreadCount == 1)
        {
            return;
        }

        var generation = Volatile.Read(ref _barrierGeneration);
        if (Interlocked.Increment(ref _barrierCount) == ThreadCount)
        {
            Volatile.Write(ref _barrierCount, 0);
            Volatile.Write(ref _barrierGeneration, generation + 1);
            return;
        }

        for (var spins = 0; Volatile.Read(ref _barrierGeneration) == generation; spins++)
        {
            if (Volatile.Read(ref _failure) is not null)
            {
                throw new OperationCanceledException("Another worker of the thread team failed.");
            }

            Relax(spins);
        }
    }

    /// <summary>Ends the threads. No job may be running.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        WakeWorkers();
        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private void Dispatch(delegate*<void*, int, int, void> body, void* context, bool isShared)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
        {
            throw new InvalidOperationException(
                "The thread team is already running a job; one team serves one caller at a time.");
        }

        JobCount++;
        try
        {
            if (ThreadCount == 1)
            {
                body(context, 0, 1);
                return;
            }

            RunOnTeam(body, context, isShared);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

    private void RunOnTeam(delegate*<void*, int, int, void> body, void* context, bool isShared)
    {
        _body = body;
        _context = context;
        _failure = null;
        _barrierCount = 0;
        _running = ThreadCount - 1;
        foreach (var worker in _workers)
        {
            Volatile.Write(ref worker.HasJob, 1);
        }

        WakeWorkers();
        RunBody(0);
        if (isShared)
        {
            WithdrawJob();
        }

        AwaitWorkers();
        _failure?.Throw();
    }

    private void WakeWorkers()
    {
        Interlocked.Increment(ref _generation); // full fence: a parking worker sees it, or is seen parked below
        foreach (var worker in _workers)
        {
            if (Volatile.Read(ref worker.IsParked) != 0)
            {
                worker.Place.Wake();
            }
        }
    }

    private void WithdrawJob()
    {
        foreach (var worker in _workers)
        {
            if (Interlocked.Exchange(ref worker.HasJob, 0) != 0)
            {
                Interlocked.Decrement(ref _running);
            }
        }
    }

    private void AwaitWorkers()
    {
        var deadline = Stopwatch.GetTimestamp() + SpinTicks;
        for (var spins = 1; Volatile.Read(ref _running) != 0; spins++)
        {
            Pause();
            if (spins % SpinsPerClockRead == 0 && Stopwatch.GetTimestamp() > deadline)
            {
                ParkCaller();
                return;
            }
        }
    }

    private void ParkCaller()
    {
        Interlocked.Exchange(ref _callerIsParked, 1);
        while (Volatile.Read(ref _running) != 0)
        {
            _callerPlace.Wait();
        }

        Interlocked.Exchange(ref _callerIsParked, 0);
    }

    private void Work(int index)
    {
        var worker = _workers[index - 1];
        var seen = 0;
        while (!_isDisposed)
        {
            AwaitGeneration(worker, seen);
            seen = Volatile.Read(ref _generation);
            if (Interlocked.Exchange(ref worker.HasJob, 0) == 0)
            {
                continue; // withdrawn, or the end of the team
            }

            RunBody(index);
            if (Interlocked.Decrement(ref _running) == 0 && Volatile.Read(ref _callerIsParked) != 0)
            {
                _callerPlace.Wake();
            }
        }
    }

    private void AwaitGeneration(Worker worker, int seen)
    {
        var deadline = Stopwatch.GetTimestamp() + SpinTicks;
        for (var spins = 1; Volatile.Read(ref _generation) == seen; spins++)
        {
            Pause();
            if (spins % SpinsPerClockRead == 0 && Stopwatch.GetTimestamp() > deadline)
            {
                Park(worker, seen);
                return;
            }
        }
    }

    private void Park(Worker worker, int seen)
    {
        Interlocked.Exchange(ref worker.IsParked, 1);
        while (Volatile.Read(ref _generation) == seen)
        {
            worker.Place.Wait();
        }

        Interlocked.Exchange(ref worker.IsParked, 0);
    }

    private void RunBody(int worker)
    {
        try
        {
            _body(_context, worker, ThreadCount);
        }
#pragma warning disable CA1031 // the exception crosses threads: the first one is rethrown by Run
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }

    private static void Relax(int spins)
    {
        if (spins % 1024 == 1023)
        {
            Thread.Yield(); // the missing worker may need this core
            return;
        }

        Pause();
    }

    private static void Pause()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
        else
        {
            Thread.SpinWait(1);
        }
    }

    /// <summary>What the caller and one background thread tell each other.</summary>
    private sealed class Worker
    {
        public readonly ParkingPlace Place = new();
        public int IsParked;
        public int HasJob;
    }
}
