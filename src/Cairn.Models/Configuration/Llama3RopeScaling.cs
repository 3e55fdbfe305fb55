namespace Cairn.Models.Configuration;

/// <summary>Each frequency is divided by a number of its own: the tensor <see cref="DecoderTensorNames.RopeDivisors"/>.</summary>
/// <remarks>Llama 3.1's rule, computed by whoever wrote the file, gives the divisors.</remarks>
public sealed record Llama3RopeScaling : RopeScaling;
