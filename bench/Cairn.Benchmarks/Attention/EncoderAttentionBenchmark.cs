using BenchmarkDotNet.Attributes;
using Cairn.Tensors;
using Cairn.Tensors.Attention;

namespace Cairn.Benchmarks.Attention;

/// <summary>One layer's attention of a small encoder (12 heads of 32) over 512 tokens in sequences of one length.</summary>
[Config(typeof(Config))]
public unsafe class EncoderAttentionBenchmark
{
    private const int Heads = 12;
    private const int HeadDim = 32;
    private const int Tokens = 512;
    private const int Width = Heads * HeadDim;

    private int[] _lengths = null!;
    private ThreadTeam _team = null!;
    private BidirectionalAttention _attention = null!;
    private AlignedMemory<float> _input = null!;
    private AlignedMemory<float> _output = null!;

    [Params(16, 128, 512)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _team = new ThreadTeam(Machine.Threads);
        _attention = new BidirectionalAttention(_team, Heads, HeadDim);
        _lengths = [.. Enumerable.Repeat(Length, Tokens / Length)];
        _input = Floats.Uniform(3L * Tokens * Width);
        _output = new AlignedMemory<float>(Tokens * Width);
        WarmUp.Run(Attend);
    }

    [Benchmark]
    public void Attend() => _attention.Apply(_lengths, _input.Pointer, _output.Pointer);

    [GlobalCleanup]
    public void Cleanup()
    {
        _attention.Dispose();
        _team.Dispose();
        _input.Dispose();
        _output.Dispose();
    }

    private sealed class Config : KernelConfig
    {
        public Config()
            : base(benchmark => new Work(
                4.0 * Tokens * Width * sizeof(float), 4.0 * Tokens * Parameter<int>(benchmark, nameof(Length)) * Width, IsInteger: false))
        {
        }
    }
}
