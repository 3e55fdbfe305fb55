namespace Cairn.Hub.Conversion;

/// <summary>What becomes of one tensor of a Hugging Face folder.</summary>
/// <param name="Name">Name in the GGUF file.</param>
/// <param name="KeepsPrecision">Whether it stays F32 whatever type the matrices get.</param>
/// <param name="SourceRow">
/// Row of the source (of a bias: number) for each row of the result; null when rows keep their order.
/// </param>
internal sealed record ConvertedTensor(string Name, bool KeepsPrecision, Func<int, int>? SourceRow = null);
