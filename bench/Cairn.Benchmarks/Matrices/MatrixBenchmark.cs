using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Cairn.Tensors;

namespace Cairn.Benchmarks.Matrices;

/// <summary>
/// One product as a decode step (1 token) and as a prefill (512 tokens) of a model of a billion weights see it. Compare
/// GB/s with <see cref="MemoryReadBenchmark"/> for one token, Gop/s with the other formats for many.
/// </summary>
[InProcess]
[MemoryDiagnoser]
[Config(typeof(Rates))]
public unsafe class MatrixBenchmark
{
    private const int Columns = 2048;

    private ThreadTeam _team = null!;
    private MatrixMultiplier _multiplier = null!;
    private AlignedMemory<byte> _source = null!;
    private WeightMatrix _weights = null!;
    private AlignedMemory<float> _x = null!;
    private AlignedMemory<float> _y = null!;

    [ParamsSource(nameof(Types))]
    public GgmlType Type { get; set; }

    public static IEnumerable<GgmlType> Types => BlockFormat.All.Select(format => format.Type);

    [Params(2048, 8192)]
    public int Rows { get; set; }

    [Params(ActivationType.Int8, ActivationType.Float32)]
    public ActivationType Activation { get; set; }

    [Params(1, 8, 512)]
    public int Tokens { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var format = BlockFormat.Get(Type);
        var random = new Random(1);
        _team = new ThreadTeam(Math.Min(2, Environment.ProcessorCount));
        _multiplier = new MatrixMultiplier(_team);
        _source = new AlignedMemory<byte>(Rows * format.RowBytes(Columns));
        _x = Uniform(random, Tokens * Columns);
        _y = new AlignedMemory<float>(Tokens * Rows);
        using var values = Uniform(random, Rows * Columns);
        format.Quantize(values.AsSpan(), _source.AsSpan());
        _weights = WeightMatrix.Create("w", Type, _source.Pointer, _source.Length, Rows, Columns, Activation, _team);
    }

    [Benchmark]
    public void Multiply() =>
        _multiplier.Multiply(_x.Pointer, Tokens, Columns, [new MatrixProduct(_weights, _y.Pointer, Rows)]);

    [GlobalCleanup]
    public void Cleanup()
    {
        _weights.Dispose();
        _multiplier.Dispose();
        _team.Dispose();
        _source.Dispose();
        _x.Dispose();
        _y.Dispose();
    }

    private static AlignedMemory<float> Uniform(Random random, int length)
    {
        var memory = new AlignedMemory<float>(length, zeroed: false);
        foreach (ref var value in memory.AsSpan())
        {
            value = (float)((random.NextDouble() * 2) - 1);
        }

        return memory;
    }

    private static T Parameter<T>(BenchmarkCase benchmark, string name) => (T)benchmark.Parameters[name];

    private sealed class Rates : ManualConfig
    {
        public Rates()
        {
            AddColumn(new RateColumn("GB/s", c => Parameter<int>(c, nameof(Rows)) * BlockFormat.Get(Parameter<GgmlType>(c, nameof(Type))).RowBytes(Columns)));
            AddColumn(new RateColumn("Gop/s", c => 2.0 * Parameter<int>(c, nameof(Rows)) * Columns * Parameter<int>(c, nameof(Tokens))));
        }
    }
}
