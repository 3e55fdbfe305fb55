using Xunit;

namespace Cairn.Tensors.Tests;

/// <summary>Formats against the reference bytes of <c>golden/quantization</c>.</summary>
public sealed class BlockFormatGoldenTests
{
    private const int Rows = 16;
    private const int Columns = 256;

    public static TheoryData<GgmlType> Types => [.. BlockFormat.All.Select(f => f.Type).Where(t => t != GgmlType.F32)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Dequantize_equals_the_reference_values(GgmlType type)
    {
        var golden = GoldenTensors.Open("blocks");
        var blocks = golden.Bytes($"{type}.raw");
        var expected = golden.Read<float>($"{type}.values");
        var actual = new float[expected.Length];

        BlockFormat.Get(type).Dequantize(blocks, actual);

        TestData.AssertSameBits(expected, actual, $"{type}");
    }

    [Theory]
    [InlineData(GgmlType.F16)]
    [InlineData(GgmlType.BF16)]
    [InlineData(GgmlType.Q4_0)]
    [InlineData(GgmlType.Q4_1)]
    [InlineData(GgmlType.Q5_0)]
    [InlineData(GgmlType.Q5_1)]
    [InlineData(GgmlType.Q8_0)]
    public void Quantize_writes_the_reference_bytes(GgmlType type)
    {
        var golden = GoldenTensors.Open("quantize");
        var format = BlockFormat.Get(type);
        var input = golden.Read<float>("input");
        var expected = golden.Bytes($"{type}");
        var actual = new byte[Rows * format.RowBytes(Columns)];

        format.Quantize(input, actual);

        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < actual.Length; i++)
        {
            Assert.True(
                expected[i] == actual[i],
                $"{type}, row {i / format.RowBytes(Columns)}, byte {i % format.RowBytes(Columns)}: expected {expected[i]}, got {actual[i]}");
        }
    }
}
