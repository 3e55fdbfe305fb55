namespace Cairn.Models;

/// <summary>How far the reading of a model's tensors has come.</summary>
/// <param name="Tensor">Name of the tensor that was just read.</param>
/// <param name="ReadBytes">Bytes of tensor data read so far.</param>
/// <param name="TotalBytes">Bytes of tensor data in all.</param>
public readonly record struct ReadProgress(string Tensor, long ReadBytes, long TotalBytes);
