using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors.Limits;

/// <summary>
/// What this machine can do at most, measured with loops that do nothing else: the roof over every kernel. Each loop
/// computes a sum that is checked, so none can be optimised away.
/// </summary>
/// <param name="Limits">In the order of measuring: by threads, then by kind.</param>
public sealed record MachineLimits(IReadOnlyList<MachineLimit> Limits)
{
    private const int SecondLevelBytes = 256 << 10;
    private const int ThirdLevelBytes = 4 << 20;
    private const int CalibrationTrials = 5;

    /// <summary>The highest median of a kind with this many threads; null where it was not measured.</summary>
    public MachineLimit? Best(LimitKind kind, int threads) =>
        Limits.Where(limit => limit.Kind == kind && limit.Threads == threads).MaxBy(limit => limit.Median);

    /// <summary>Measures; takes some ten seconds with the default options.</summary>
    /// <param name="options">Threads, runs, memory.</param>
    /// <param name="progress">Receives the share that is done.</param>
    /// <param name="cancellationToken">Looked at between runs.</param>
    /// <exception cref="OutOfMemoryException">The system has no such block of memory.</exception>
    /// <exception cref="InvalidOperationException">A loop computed a wrong result: the machine or the compiler is at fault.</exception>
    public static MachineLimits Measure(
        MachineLimitOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new MachineLimitOptions();
        options.Validate();
        var limits = new List<MachineLimit>();
        var counts = ThreadCounts(options.Threads);
        for (var i = 0; i < counts.Count; i++)
        {
            using var team = new ThreadTeam(counts[i]);
            var bytes = Math.Max((long)options.MemoryMebibytes << 20, (long)counts[i] * SecondLevelBytes);
            using var memory = new AlignedMemory<byte>(bytes, zeroed: false);
            var cases = Cases(memory.Length / counts[i]);
            for (var j = 0; j < cases.Count; j++)
            {
                limits.Add(Measure(cases[j], team, memory, options, cancellationToken));
                progress?.Report((i + ((j + 1.0) / cases.Count)) / counts.Count);
            }
        }

        return new MachineLimits(limits);
    }

    private static unsafe List<LimitCase> Cases(long largestShare)
    {
        List<LimitCase> cases =
        [
            Reading(LimitKind.MemoryRead, "memory, 1 stream a thread", &ReadLimit.OneStream, largestShare, passes: 1),
            Reading(LimitKind.MemoryRead, "memory, 4 streams a thread", &ReadLimit.FourStreams, largestShare, passes: 1),
            Reading(LimitKind.CacheRead, "L3: 4 MiB a thread", &ReadLimit.OneStream, Math.Min(ThirdLevelBytes, largestShare)),
            Reading(LimitKind.CacheRead, "L2: 256 KiB a thread", &ReadLimit.OneStream, Math.Min(SecondLevelBytes, largestShare)),
            new(LimitKind.FloatPeak, "float32 FMA, widest Vector<T>", &FloatLimit.OfVector, 64, FloatLimit.VectorWork, 0, &FloatLimit.Expected),
        ];
        if (Vector512.IsHardwareAccelerated)
        {
            cases.Add(new(LimitKind.FloatPeak, "float32 FMA, 512 bits", &FloatLimit.OfVector512, 64, FloatLimit.Vector512Work, 0, &FloatLimit.Expected));
        }

        if (Avx2.IsSupported)
        {
            cases.Add(Products("int8, AVX2, widened at once", &Int8Limit.Pairs<Int8Avx2, Vector256<byte>>, &Int8Limit.Expected256));
            cases.Add(Products("int8, AVX2, four summed in 16 bits", &Int8Limit.Fours<Int8Avx2, Vector256<byte>>, &Int8Limit.Expected256));
        }

        if (AvxVnni.IsSupported)
        {
            cases.Add(Products("int8, AVX-VNNI, 256 bits", &Int8Limit.Vnni, &Int8Limit.Expected256));
        }

        if (Avx512BW.IsSupported)
        {
            cases.Add(Products("int8, AVX-512BW, widened at once", &Int8Limit.Pairs<Int8Avx512, Vector512<byte>>, &Int8Limit.Expected512));
            cases.Add(Products("int8, AVX-512BW, four summed in 16 bits", &Int8Limit.Fours<Int8Avx512, Vector512<byte>>, &Int8Limit.Expected512));
        }

        return cases;
    }

    private static unsafe LimitCase Reading(
        LimitKind kind, string name, delegate*<void*, int, int, void> body, long share, long passes = 0)
    {
        share -= share % ReadLimit.Granularity;
        return new LimitCase(kind, name, body, share, share, passes, &ReadLimit.Expected);
    }

    private static unsafe LimitCase Products(
        string name, delegate*<void*, int, int, void> body, delegate*<byte*, long, long, ulong> expected) =>
        new(LimitKind.Int8Peak, name, body, Int8Limit.ArrayBytes, Int8Limit.Work, 0, expected);

    private static unsafe MachineLimit Measure(
        LimitCase work, ThreadTeam team, AlignedMemory<byte> memory, MachineLimitOptions options, CancellationToken cancellationToken)
    {
        using var results = new AlignedMemory<ulong>((long)team.ThreadCount * LimitCall.ResultStride);
        var call = new LimitCall(memory.Pointer, work.Share, 1, results.Pointer);
        team.Run(work.Kind == LimitKind.Int8Peak ? &Int8Limit.Fill : &ReadLimit.Fill, &call);
        var passes = work.Passes > 0 ? work.Passes : Calibrate(work, team, memory, options.RunTime.TotalSeconds, results);
        Time(work, team, memory, passes, results);
        var rates = new double[options.Runs];
        for (var run = 0; run < rates.Length; run++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            rates[run] = work.Work * passes * team.ThreadCount / Time(work, team, memory, passes, results) / 1e9;
        }

        Array.Sort(rates);
        var median = (rates[rates.Length / 2] + rates[(rates.Length - 1) / 2]) / 2;
        return new MachineLimit(work.Kind, work.Name, team.ThreadCount, median, rates[0], rates[^1], rates.Length);
    }

    // Passes that take about that time: more of them until the clock tells. The fastest of some trials counts, since a
    // thread that lost its processor for a while would pass for a slow loop.
    private static long Calibrate(
        LimitCase work, ThreadTeam team, AlignedMemory<byte> memory, double seconds, AlignedMemory<ulong> results)
    {
        for (long passes = 1; ; passes *= 4)
        {
            var fastest = double.MaxValue;
            for (var trial = 0; trial < CalibrationTrials; trial++)
            {
                fastest = Math.Min(fastest, Time(work, team, memory, passes, results));
            }

            if (fastest >= seconds / 4)
            {
                return Math.Max(1, (long)Math.Ceiling(passes * seconds / fastest));
            }
        }
    }

    // Seconds of one run, its results checked.
    private static unsafe double Time(
        LimitCase work, ThreadTeam team, AlignedMemory<byte> memory, long passes, AlignedMemory<ulong> results)
    {
        var call = new LimitCall(memory.Pointer, work.Share, passes, results.Pointer);
        var started = Stopwatch.GetTimestamp();
        team.Run(work.Body, &call);
        var seconds = Math.Max(1, Stopwatch.GetTimestamp() - started) / (double)Stopwatch.Frequency;
        for (var worker = 0; worker < team.ThreadCount; worker++)
        {
            var expected = work.Expected(call.ShareOf(worker), passes);
            var got = results.Pointer[worker * LimitCall.ResultStride];
            if (got != expected)
            {
                throw new InvalidOperationException(
                    $"'{work.Name}' on worker {worker} of {team.ThreadCount} gave {got:N0} instead of {expected:N0}: this machine or its runtime computes wrongly.");
            }
        }

        return seconds;
    }

    // 1, 2, 4, … and the most.
    private static List<int> ThreadCounts(int most)
    {
        List<int> counts = [];
        for (var count = 1; count < most; count *= 2)
        {
            counts.Add(count);
        }

        counts.Add(most);
        return counts;
    }
}
