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
    private readonly ManualResetEventSlim _finished = new(false, spinCount: 0);

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
        _workers = new Worker[threadCount];
        _threads = new Thread[threadCount - 1];
        for (var i = 1; i < threadCount; i++)
        {
            var index = i;
            _workers[i] = new Worker();
            _threads[i - 1] = new Thread(() => Work(index)) { IsBackground = true, Name = $"Cairn worker {i}" };
            _threads[i - 1].Start();
        }
    }

    /// <summary>Workers of the team, the caller included.</summary>
    public int ThreadCount { get; }

    /// <summary>Runs <paramref name="body"/> once on every worker and returns when all of them are done.</summary>
    /// <param name="body">Static method <c>(context, worker, workerCount)</c>; worker counts from 0, the caller.</param>
    /// <param name="context">Passed to every worker; usually a struct on the caller's stack.</param>
    /// <exception cref="InvalidOperationException">A job is already running: the team is not reentrant.</exception>
    /// <exception cref="ObjectDisposedException">The team was disposed.</exception>
    public void Run(delegate*<void*, int, int, void> body, void* context)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
        {
            throw new InvalidOperationException("The thread team is already running a job; one team serves one caller at a time.");
        }

        try
        {
            if (ThreadCount == 1)
            {
                body(context, 0, 1);
                return;
            }

            RunOnTeam(body, context);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

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

        foreach (var worker in _workers.AsSpan(1))
        {
            worker.Dispose();
        }

        _finished.Dispose();
    }

    private void RunOnTeam(delegate*<void*, int, int, void> body, void* context)
    {
        _body = body;
        _context = context;
        _failure = null;
        _barrierCount = 0;
        _running = ThreadCount - 1;
        WakeWorkers();
        RunBody(0);
        AwaitWorkers();
        _failure?.Throw();
    }

    private void WakeWorkers()
    {
        Interlocked.Increment(ref _generation); // full fence: a parking worker sees it, or is seen parked below
        for (var i = 1; i < ThreadCount; i++)
        {
            if (Volatile.Read(ref _workers[i].IsParked) != 0)
            {
                _workers[i].Wake.Set();
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
        while (true)
        {
            _finished.Reset(); // before the check: a signal of an earlier job may still arrive, and must not be kept
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _running) == 0)
            {
                break;
            }

            _finished.Wait();
        }

        Interlocked.Exchange(ref _callerIsParked, 0);
    }

    private void Work(int index)
    {
        var worker = _workers[index];
        var seen = 0;
        while (true)
        {
            AwaitGeneration(worker, seen);
            seen++;
            if (_isDisposed)
            {
                return;
            }

            RunBody(index);
            if (Interlocked.Decrement(ref _running) == 0 && Volatile.Read(ref _callerIsParked) != 0)
            {
                _finished.Set();
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
            worker.Wake.Wait();
            worker.Wake.Reset();
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

    /// <summary>One background thread's parking place.</summary>
    private sealed class Worker : IDisposable
    {
        public readonly ManualResetEventSlim Wake = new(false, spinCount: 0);
        public int IsParked;

        public void Dispose() => Wake.Dispose();
    }
}
