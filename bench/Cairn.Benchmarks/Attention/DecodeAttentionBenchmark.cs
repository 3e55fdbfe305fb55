using BenchmarkDotNet.Attributes;
using Cairn.Tensors;
using Cairn.Tensors.Attention;

namespace Cairn.Benchmarks.Attention;

/// <summary>
/// Attention of one token in all layers of a 1B model (16 layers, 32 heads on 8, 64 dimensions) over a long past.
/// </summary>
[Config(typeof(Config))]
public unsafe class DecodeAttentionBenchmark
{
    private const int Layers = 16;
    private const int Heads = 32;
    private const int KvHeads = 8;
    private const int HeadDim = 64;

    private readonly List<AlignedMemory<byte>> _blocks = [];
    private ThreadTeam _team = null!;
    private GroupedQueryAttention _attention = null!;
    private AlignedMemory<nint> _table = null!;
    private AlignedMemory<float> _rows = null!;
    private long _layerBytes;

    [Params(4096, 16384)]
    public int Depth { get; set; }

    [ParamsAllValues]
    public KvElementType Type { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var layout = new KvBlockLayout(HeadDim, Type);
        _team = new ThreadTeam(Machine.Threads);
        _attention = new GroupedQueryAttention(_team, Heads, KvHeads, layout);
        _layerBytes = layout.HeadBytes * KvHeads;
        _table = new AlignedMemory<nint>(Depth / KvBlockLayout.BlockLength);
        _rows = new AlignedMemory<float>(2 * Heads * HeadDim);
        for (var i = 0; i < _rows.Length; i++) _rows.Pointer[i] = MathF.Sin(i);
        for (var b = 0; b < _table.Length; b++)
        {
            var block = new AlignedMemory<byte>(_layerBytes * Layers);
            _blocks.Add(block);
            _table.Pointer[b] = (nint)block.Pointer;
            for (var i = 0; i < KvBlockLayout.BlockLength * KvHeads * Layers; i++)
            {
                var head = block.Pointer + (i / KvBlockLayout.BlockLength * layout.HeadBytes);
                layout.Store(head, i % KvBlockLayout.BlockLength, _rows.Pointer + (i % 1024), _rows.Pointer + (i % 1000));
            }
        }
        WarmUp.Run(Decode);
    }

    [Benchmark]
    public void Decode()
    {
        var segment = new AttentionSegment((byte**)_table.Pointer, Depth - 1, 0, 1);
        const int Stride = Heads * HeadDim;
        for (var layer = 0; layer < Layers; layer++)
        {
            _attention.Apply(
                [segment], layer * _layerBytes, _rows.Pointer, Stride, _rows.Pointer + Stride, Stride, AttentionRule.Plain(HeadDim));
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _attention.Dispose();
        _team.Dispose();
        _table.Dispose();
        _rows.Dispose();
        foreach (var block in _blocks) block.Dispose();
        _blocks.Clear();
    }

    private sealed class Config : KernelConfig
    {
        public Config()
            : base(benchmark =>
            {
                var layout = new KvBlockLayout(HeadDim, Parameter<KvElementType>(benchmark, nameof(Type)));
                var depth = Parameter<int>(benchmark, nameof(Depth));
                return new Work(
                    (double)layout.HeadBytes * KvHeads * Layers * depth / KvBlockLayout.BlockLength,
                    4.0 * Layers * Heads * HeadDim * depth,
                    IsInteger: false);
            })
        {
        }
    }
}
