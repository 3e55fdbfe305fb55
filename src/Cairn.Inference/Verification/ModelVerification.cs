namespace Cairn.Inference.Verification;

/// <summary>What a verification looked at; a model with a fault gives an exception instead.</summary>
/// <param name="Path">The file or folder.</param>
/// <param name="Format">How it is stored.</param>
/// <param name="Kind">What it is: <c>decoder</c>, <c>encoder</c>, <c>adapter</c> or <c>tensors</c> (a safetensors file without a model around it).</param>
/// <param name="Architecture">Its family; null for a plain safetensors file.</param>
/// <param name="Checks">What was checked, in order.</param>
public sealed record ModelVerification(
    string Path, string Format, string Kind, string? Architecture, IReadOnlyList<VerificationCheck> Checks);
