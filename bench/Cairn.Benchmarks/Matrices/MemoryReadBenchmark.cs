using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Cairn.Tensors;

namespace Cairn.Benchmarks.Matrices;

/// <summary>The limit of a decode step: how fast a team reads memory that no cache holds.</summary>
[InProcess]
[Config(typeof(Rates))]
public unsafe class MemoryReadBenchmark
{
    private const int Bytes = 256 << 20;

    private ThreadTeam _team = null!;
    private AlignedMemory<byte> _memory = null!;

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _team = new ThreadTeam(Threads);
        _memory = new AlignedMemory<byte>(Bytes, zeroed: false);
        _memory.AsSpan().Fill(1);
    }

    [Benchmark]
    public void Read() => _team.Run(&ReadShare, _memory.Pointer);

    [GlobalCleanup]
    public void Cleanup()
    {
        _team.Dispose();
        _memory.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadShare(void* context, int worker, int workerCount)
    {
        var share = Bytes / workerCount;
        var start = (byte*)context + ((long)worker * share);
        var (a, b) = (Vector256<byte>.Zero, Vector256<byte>.Zero);
        for (var p = start; p < start + share; p += 2 * Vector256<byte>.Count)
        {
            a ^= Vector256.Load(p);
            b ^= Vector256.Load(p + Vector256<byte>.Count);
        }

        GC.KeepAlive((a ^ b)[0] == 255 ? string.Empty : null); // the sum must count, or nothing is read
    }

    private sealed class Rates : ManualConfig
    {
        public Rates() => AddColumn(new RateColumn("GB/s", _ => Bytes));
    }
}
