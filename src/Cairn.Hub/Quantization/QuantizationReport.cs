using Cairn.Models;

namespace Cairn.Hub.Quantization;

/// <summary>What a quantisation made.</summary>
/// <param name="Path">The new file.</param>
/// <param name="Preset">Name of the mixture.</param>
/// <param name="SizeInBytes">Bytes of the new file.</param>
/// <param name="SourceSizeInBytes">Bytes of the old one.</param>
/// <param name="ParameterCount">Weights in all.</param>
/// <param name="Tensors">Each tensor, in file order.</param>
public sealed record QuantizationReport(
    string Path, string Preset, long SizeInBytes, long SourceSizeInBytes, long ParameterCount, IReadOnlyList<QuantizedTensor> Tensors)
{
    /// <summary>Bits of tensor data for each weight.</summary>
    public double BitsPerWeight => 8.0 * Tensors.Sum(tensor => tensor.SizeInBytes) / ParameterCount;

    /// <summary>The error over all tensors that were converted.</summary>
    public RowConversion Conversion =>
        Tensors.Aggregate(default(RowConversion), (sum, tensor) => sum + (tensor.Conversion ?? default));

    /// <summary>Tensors that were quantised already, and now twice.</summary>
    public int RequantizedCount { get; init; }
}
