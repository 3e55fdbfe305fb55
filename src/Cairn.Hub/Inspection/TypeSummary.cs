namespace Cairn.Hub.Inspection;

/// <summary>The tensors of one element type.</summary>
/// <param name="Type">Name of the type.</param>
/// <param name="TensorCount">Number of tensors.</param>
/// <param name="ParameterCount">Number of weights.</param>
/// <param name="SizeInBytes">Their bytes.</param>
/// <param name="IsSupported">Whether Cairn can run it.</param>
public sealed record TypeSummary(string Type, int TensorCount, long ParameterCount, long SizeInBytes, bool IsSupported);
