using System.Text.Json;
using Cairn.Testing;
using Xunit;

namespace Cairn.Tensors.Tests;

/// <summary>Errors of the quantisers against those of the reference's bytes in <c>golden/quantization</c>.</summary>
public sealed class QuantizationErrorGoldenTests
{
    private const int Columns = 256;

    public static TheoryData<GgmlType, bool> Cases
    {
        get
        {
            var data = new TheoryData<GgmlType, bool>();
            foreach (var format in BlockFormat.All.Where(f => f.BlockSize > 1))
            {
                data.Add(format.Type, false);
                data.Add(format.Type, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Error_of_every_row_is_at_most_two_percent_above_the_reference(GgmlType type, bool isWeighted)
    {
        using var errors = JsonDocument.Parse(File.ReadAllText(SharedFiles.Golden("quantization/rmse.json")));
        var rowScales = errors.RootElement.GetProperty("row_rms").EnumerateArray().Select(e => e.GetDouble()).ToArray();
        var reference = errors.RootElement.GetProperty("types").GetProperty(isWeighted ? $"{type}.imatrix" : $"{type}")
            .GetProperty(isWeighted ? "weighted_rmse" : "rmse").EnumerateArray().Select(e => e.GetDouble()).ToArray();
        var golden = GoldenTensors.Open("ggml");
        var input = GoldenTensors.Open("quantize").Read<float>("input");
        var importance = isWeighted ? golden.Read<float>("importance") : [];

        for (var row = 0; row < reference.Length; row++)
        {
            var values = input.AsSpan(row * Columns, Columns);
            var error = QuantizationError.Measure(BlockFormat.Get(type), values, importance);

            var bound = (1.02 * reference[row]) + (1e-6 * rowScales[row]) + 1e-12;
            Assert.True(error <= bound, $"{type}, row {row}: root mean square error {error:G6}, reference {reference[row]:G6}");
        }
    }
}
