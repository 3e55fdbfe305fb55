using BenchmarkDotNet.Attributes;
using Cairn.Tensors;

namespace Cairn.Benchmarks.Rows;

/// <summary>
/// What is done to every row of activations between the matrices, on one thread and 64 rows of 2,048: bound by the caches,
/// so the limit is that of reading and writing.
/// </summary>
[Config(typeof(Config))]
public unsafe class RowBenchmark
{
    private const int Tokens = 64;
    private const int Columns = 2048;

    private AlignedMemory<float> _x = null!;
    private AlignedMemory<float> _gain = null!;
    private AlignedMemory<float> _y = null!;
    private AlignedMemory<byte> _quants = null!;

    [GlobalSetup]
    public void Setup()
    {
        _x = Floats.Uniform(Tokens * Columns);
        _gain = Floats.Uniform(Columns);
        _y = new AlignedMemory<float>(Tokens * Columns);
        _quants = new AlignedMemory<byte>(Math.Max(
            Int16Activations.Bytes(Tokens, Columns),
            Math.Max(
                Int8Activations.Bytes(Tokens, Columns, ActivationForm.Blocks),
                Int8Activations.Bytes(Tokens, Columns, ActivationForm.SuperBlocks))));
        WarmUp.Run(RmsNormRows, LayerNormRows, SwiGluRows, GeluRows, QuantizeBlocks, QuantizeSuperBlocks, QuantizeRows);
    }

    [Benchmark]
    public void RmsNormRows() => RmsNorm.Apply(_x.AsSpan(), _gain.AsSpan(), 1e-5f, _y.AsSpan());

    [Benchmark]
    public void LayerNormRows() => LayerNorm.Apply(_x.AsSpan(), _gain.AsSpan(), _gain.AsSpan(), 1e-5f, _y.AsSpan());

    [Benchmark]
    public void SwiGluRows() => SwiGlu.Apply(_x.AsSpan(), _x.AsSpan(), _y.AsSpan());

    [Benchmark]
    public void GeluRows() => Gelu.Apply(_x.AsSpan(), _y.AsSpan());

    [Benchmark]
    public void QuantizeBlocks() => Quantize(ActivationForm.Blocks);

    [Benchmark]
    public void QuantizeSuperBlocks() => Quantize(ActivationForm.SuperBlocks);

    [Benchmark]
    public void QuantizeRows()
    {
        var activations = new Int16Activations(_quants.Pointer, Tokens, Columns);
        for (var token = 0; token < Tokens; token++)
        {
            activations.Quantize(_x.Pointer, token);
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _x.Dispose();
        _gain.Dispose();
        _y.Dispose();
        _quants.Dispose();
    }

    private void Quantize(ActivationForm form)
    {
        var activations = new Int8Activations(_quants.Pointer, Tokens, Columns, form);
        for (var tile = 0; tile < activations.TileCount; tile++)
        {
            activations.Quantize(_x.Pointer, tile);
        }
    }

    private sealed class Config : KernelConfig
    {
        public Config()
            : base(_ => new Work(2.0 * Tokens * Columns * sizeof(float), 0, IsInteger: false), threads: 1)
        {
        }
    }
}
