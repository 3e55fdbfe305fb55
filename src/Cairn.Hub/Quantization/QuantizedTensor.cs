using Cairn.Models;
using Cairn.Tensors;

namespace Cairn.Hub.Quantization;

/// <summary>What became of one tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="From">Type in the source.</param>
/// <param name="To">Type in the new file.</param>
/// <param name="SizeInBytes">Bytes in the new file.</param>
/// <param name="Conversion">The error that was made; null for a tensor that was copied.</param>
public sealed record QuantizedTensor(string Name, GgmlType From, GgmlType To, long SizeInBytes, RowConversion? Conversion);
