using BenchmarkDotNet.Attributes;
using Cairn.Tensors;
using Cairn.Tensors.Attention;

namespace Cairn.Benchmarks.Attention;

/// <summary>
/// Attention of a whole prompt in one layer, panel by panel; only the products that the causal mask leaves are counted.
/// </summary>
[Config(typeof(Config))]
public unsafe class PrefillAttentionBenchmark
{
    private const int HeadDim = 64;
    private const int PanelTokens = 128;

    private ThreadTeam _team = null!;
    private GroupedQueryAttention _attention = null!;
    private AlignedMemory<byte> _blocks = null!;
    private AlignedMemory<nint> _table = null!;
    private AlignedMemory<float> _rows = null!;

    [Params(512, 4096)]
    public int Tokens { get; set; }

    /// <summary>Query heads on key/value heads.</summary>
    [Params("9/3", "32/8")]
    public string Shape { get; set; } = "";

    [ParamsAllValues]
    public KvElementType Type { get; set; }

    private int Heads => HeadsOf(Shape);

    [GlobalSetup]
    public void Setup()
    {
        var kvHeads = int.Parse(Shape[(Shape.IndexOf('/', StringComparison.Ordinal) + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        var layout = new KvBlockLayout(HeadDim, Type);
        _team = new ThreadTeam(Machine.Threads);
        _attention = new GroupedQueryAttention(_team, Heads, kvHeads, layout);
        _table = new AlignedMemory<nint>(Tokens / KvBlockLayout.BlockLength);
        _blocks = new AlignedMemory<byte>(layout.HeadBytes * kvHeads * _table.Length);
        _rows = new AlignedMemory<float>(2 * PanelTokens * Heads * HeadDim);
        for (var i = 0; i < _rows.Length; i++) _rows.Pointer[i] = MathF.Sin(i);
        for (var b = 0; b < _table.Length; b++) _table.Pointer[b] = (nint)(_blocks.Pointer + (b * layout.HeadBytes * kvHeads));
        for (var i = 0L; i < Tokens * (long)kvHeads; i++)
        {
            var head = _blocks.Pointer + (i / KvBlockLayout.BlockLength * layout.HeadBytes);
            layout.Store(head, (int)(i % KvBlockLayout.BlockLength), _rows.Pointer + (i % 1024), _rows.Pointer + (i % 1000));
        }
        WarmUp.Run(Prefill);
    }

    [Benchmark]
    public void Prefill()
    {
        var stride = Heads * HeadDim;
        for (var position = 0; position < Tokens; position += PanelTokens)
        {
            var segment = new AttentionSegment((byte**)_table.Pointer, position, 0, PanelTokens);
            _attention.Apply(
                [segment], 0, _rows.Pointer, stride, _rows.Pointer + (PanelTokens * stride), stride, AttentionRule.Plain(HeadDim));
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _attention.Dispose();
        _team.Dispose();
        _blocks.Dispose();
        _table.Dispose();
        _rows.Dispose();
    }

    private static int HeadsOf(string shape) =>
        int.Parse(shape[..shape.IndexOf('/', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture);

    private sealed class Config : KernelConfig
    {
        public Config()
            : base(benchmark =>
            {
                double tokens = Parameter<int>(benchmark, nameof(Tokens));
                var heads = HeadsOf(Parameter<string>(benchmark, nameof(Shape)));
                return new Work(0, 4.0 * HeadDim * heads * tokens * (tokens + 1) / 2, IsInteger: false);
            })
        {
        }
    }
}
