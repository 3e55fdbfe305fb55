namespace Cairn.Models;

/// <summary>How far the writing of a model file has come.</summary>
/// <param name="Tensor">Name of the tensor that was just written.</param>
/// <param name="WrittenTensors">Tensors written so far.</param>
/// <param name="TensorCount">Tensors in all.</param>
/// <param name="WrittenBytes">Bytes of tensor data written so far.</param>
/// <param name="TotalBytes">Bytes of tensor data in all.</param>
public readonly record struct WriteProgress(
    string Tensor, int WrittenTensors, int TensorCount, long WrittenBytes, long TotalBytes);
