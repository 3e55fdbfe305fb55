using BenchmarkDotNet.Attributes;
using Cairn.Tensors;

namespace Cairn.Benchmarks.Matrices;

/// <summary>
/// One product as a decode step (1 token), as several sequences (8) and as a prefill (512) see it, for every weight type.
/// Few tokens meet other weights in every call, more than the caches hold, as they do in a model.
/// </summary>
[Config(typeof(Config))]
public unsafe class MatrixBenchmark
{
    private const int Rows = 4096;
    private const int Columns = 2048;
    private const int FewTokens = 8;
    private const long ColdBytes = 160 << 20;

    private readonly List<AlignedMemory<byte>> _sources = []; // of what is read in place
    private ThreadTeam _team = null!;
    private MatrixMultiplier _multiplier = null!;
    private WeightMatrix[] _weights = null!;
    private AlignedMemory<float> _x = null!;
    private AlignedMemory<float> _y = null!;
    private int _next;

    [ParamsSource(nameof(Kernels))]
    public MatrixCase Weights { get; set; } = null!;

    /// <summary>Every type as models are served by default, and what serves encoders.</summary>
    public static IEnumerable<MatrixCase> Kernels =>
        [.. BlockFormat.All.Select(format => new MatrixCase(format.Type, ActivationType.Int8)), new(GgmlType.Q8_0, ActivationType.Int16)];

    [Params(1, 8, 512)]
    public int Tokens { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var format = BlockFormat.Get(Weights.Type);
        _team = new ThreadTeam(Machine.Threads);
        _multiplier = new MatrixMultiplier(_team);
        _x = Floats.Uniform(Tokens * Columns);
        _y = new AlignedMemory<float>(Tokens * Rows);
        using var row = Floats.Uniform(Columns);
        var bytes = new byte[format.RowBytes(Columns)];
        format.Quantize(row.AsSpan(), bytes);
        var copies = Tokens > FewTokens ? 1 : (int)(ColdBytes / (bytes.LongLength * Rows)) + 1;
        _weights = [.. Enumerable.Range(0, copies).Select(_ => Create(bytes))];
        WarmUp.Run(Multiply);
    }

    [Benchmark]
    public void Multiply()
    {
        _next = (_next + 1) % _weights.Length;
        _multiplier.Multiply(_x.Pointer, Tokens, Columns, [new MatrixProduct(_weights[_next], _y.Pointer, Rows)]);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (var weights in _weights)
        {
            weights.Dispose();
        }

        _sources.ForEach(source => source.Dispose());
        _sources.Clear();
        _multiplier.Dispose();
        _team.Dispose();
        _x.Dispose();
        _y.Dispose();
    }

    // A matrix whose rows are all the same: the time does not depend on the numbers.
    private WeightMatrix Create(byte[] row)
    {
        var source = new AlignedMemory<byte>(row.LongLength * Rows, zeroed: false);
        for (var r = 0; r < Rows; r++)
        {
            row.CopyTo(source.Span((long)r * row.Length, row.Length));
        }

        var weights = WeightMatrix.Create(
            "w", Weights.Type, source.Pointer, source.Length, Rows, Columns, Weights.Activation, _team);
        if (weights.IsInPlace)
        {
            _sources.Add(source);
        }
        else
        {
            source.Dispose();
        }

        return weights;
    }

    private sealed class Config : KernelConfig
    {
        public Config()
            : base(benchmark =>
            {
                var weights = Parameter<MatrixCase>(benchmark, nameof(Weights));
                var tokens = Parameter<int>(benchmark, nameof(Tokens));
                var format = BlockFormat.Get(weights.Type);
                double bytes = Rows * format.RowBytes(Columns);
                return new Work(bytes, 2.0 * Rows * Columns * tokens, format.BlockSize > 1, tokens <= FewTokens);
            })
        {
        }
    }
}
