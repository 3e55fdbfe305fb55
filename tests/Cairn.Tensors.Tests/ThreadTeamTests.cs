using System.Runtime.InteropServices;
using Xunit;

namespace Cairn.Tensors.Tests;

public sealed unsafe class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Run_calls_every_worker_once(int threads)
    {
        using var team = new ThreadTeam(threads);
        for (var repeat = 0; repeat < 500; repeat++)
        {
            Assert.Equal(Enumerable.Repeat(1, threads), CountCalls(team));
        }
    }

    [Fact]
    public void Run_wakes_parked_workers()
    {
        using var team = new ThreadTeam(3);
        for (var repeat = 0; repeat < 5; repeat++)
        {
            Thread.Sleep(5); // far beyond the spin

            Assert.Equal([1, 1, 1], CountCalls(team));
        }
    }

    [Fact]
    public void Parked_team_uses_no_processor_time()
    {
        using var team = new ThreadTeam(4);
        CountCalls(team);
        Thread.Sleep(50);

        Assert.All(team.Workers.ToArray(), thread => Assert.True(thread.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin)));
    }

    [Fact]
    public void Run_waits_for_slow_workers()
    {
        using var team = new ThreadTeam(2);
        var done = 0;

        team.Run(&SleepOnOthers, &done);

        Assert.Equal(1, done);
    }

    [Fact]
    public void Barrier_separates_phases()
    {
        using var team = new ThreadTeam(4);
        for (var repeat = 0; repeat < 200; repeat++)
        {
            var handle = GCHandle.Alloc(team);
            var state = new PhaseState { Team = GCHandle.ToIntPtr(handle) };

            team.Run(&TwoPhases, &state);

            handle.Free();
            Assert.Equal(0, state.Early);
            Assert.Equal(3 * 4, state.Arrived);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Exception_of_a_worker_reaches_the_caller_and_the_team_stays_usable(int thrower)
    {
        using var team = new ThreadTeam(3);
        using var context = new AlignedMemory<int>(1);
        var worker = context.Pointer;
        *worker = thrower;

        var exception = Assert.Throws<InvalidDataException>(() => team.Run(&ThrowOn, worker));

        Assert.Equal($"worker {thrower}", exception.Message);
        Assert.Equal([1, 1, 1], CountCalls(team));
    }

    [Fact]
    public void Exception_before_a_barrier_frees_the_workers_that_wait_there()
    {
        using var team = new ThreadTeam(3);
        var handle = GCHandle.Alloc(team);
        using var memory = new AlignedMemory<PhaseState>(1);
        var state = memory.Pointer;
        state->Team = GCHandle.ToIntPtr(handle);

        Assert.Throws<InvalidDataException>(() => team.Run(&ThrowBeforeBarrier, state));

        team.Run(&TwoPhases, state);
        Assert.Equal((9, 0), (state->Arrived, state->Early));
        handle.Free();
    }

    [Fact]
    public void Shared_run_does_every_piece_once()
    {
        const int Pieces = 1000;
        using var team = new ThreadTeam(4);
        using var counts = new AlignedMemory<int>(Pieces + 1);
        for (var repeat = 1; repeat <= 200; repeat++)
        {
            counts.Pointer[Pieces] = 0;

            team.RunShared(&ClaimPieces, counts.Pointer);

            Assert.Equal(-1, counts.Span(0, Pieces).IndexOfAnyExcept(repeat));
        }
    }

    [Fact]
    public void Shared_run_waits_for_a_worker_that_has_begun_and_mixes_with_plain_runs()
    {
        using var team = new ThreadTeam(3);
        using var counts = new AlignedMemory<int>(3);
        for (var repeat = 0; repeat < 300; repeat++)
        {
            counts.AsSpan().Clear();
            team.RunShared(&EnterAndLeave, counts.Pointer);
            Assert.Equal(counts.Pointer[0], counts.Pointer[1]);
            Assert.InRange(counts.Pointer[0], 1, 3);

            Assert.Equal([1, 1, 1], CountCalls(team));
        }
    }

    [Fact]
    public void Nested_run_is_refused()
    {
        using var team = new ThreadTeam(2);
        var handle = GCHandle.Alloc(team);

        Assert.Throws<InvalidOperationException>(
            () => team.Run(&RunAgain, (void*)GCHandle.ToIntPtr(handle)));
        handle.Free();
    }

    [Fact]
    public void Run_allocates_nothing()
    {
        using var team = new ThreadTeam(2);
        var calls = stackalloc int[2];
        team.Run(&CountCall, calls);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var repeat = 0; repeat < 100; repeat++)
        {
            team.Run(&CountCall, calls);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1025)]
    public void Impossible_thread_count_is_refused(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThreadTeam(threads));

    [Fact]
    public void Run_after_dispose_is_refused()
    {
        var team = new ThreadTeam(2);
        team.Dispose();
        team.Dispose();

        Assert.Throws<ObjectDisposedException>(() => team.Run(&CountCall, null));
    }

    private static int[] CountCalls(ThreadTeam team)
    {
        using var calls = new AlignedMemory<int>(team.ThreadCount);
        team.Run(&CountCall, calls.Pointer);
        return calls.AsSpan().ToArray();
    }

    private static void CountCall(void* context, int worker, int workerCount) =>
        Interlocked.Increment(ref ((int*)context)[worker]);

    private static void ClaimPieces(void* context, int worker, int workerCount)
    {
        var counts = (int*)context;
        for (var piece = Interlocked.Increment(ref counts[1000]); piece <= 1000; piece = Interlocked.Increment(ref counts[1000]))
        {
            counts[piece - 1]++;
        }
    }

    private static void EnterAndLeave(void* context, int worker, int workerCount)
    {
        var counts = (int*)context;
        Interlocked.Increment(ref counts[0]);
        Thread.SpinWait(worker * 100);
        Interlocked.Increment(ref counts[1]);
    }

    private static void SleepOnOthers(void* context, int worker, int workerCount)
    {
        if (worker != 0)
        {
            Thread.Sleep(20);
            Volatile.Write(ref *(int*)context, 1);
        }
    }

    private static void TwoPhases(void* context, int worker, int workerCount)
    {
        var state = (PhaseState*)context;
        var team = (ThreadTeam)GCHandle.FromIntPtr(state->Team).Target!;
        for (var phase = 1; phase <= 3; phase++)
        {
            Interlocked.Increment(ref state->Arrived);
            team.Barrier();
            if (Volatile.Read(ref state->Arrived) < phase * workerCount)
            {
                Interlocked.Increment(ref state->Early);
            }

            team.Barrier();
        }
    }

    private static void ThrowOn(void* context, int worker, int workerCount)
    {
        if (worker == *(int*)context)
        {
            throw new InvalidDataException($"worker {worker}");
        }
    }

    private static void ThrowBeforeBarrier(void* context, int worker, int workerCount)
    {
        if (worker == 1)
        {
            throw new InvalidDataException("before the barrier");
        }

        var state = (PhaseState*)context;
        ((ThreadTeam)GCHandle.FromIntPtr(state->Team).Target!).Barrier();
    }

    private static void RunAgain(void* context, int worker, int workerCount)
    {
        var team = (ThreadTeam)GCHandle.FromIntPtr((nint)context).Target!;
        team.Run(&CountCall, null);
    }

    private struct PhaseState
    {
        public nint Team;
        public int Arrived;
        public int Early;
    }
}
