namespace Cairn.Inference.Verification;

/// <summary>One thing that was checked and found right.</summary>
/// <param name="Name">Stable word for scripts: <c>container</c>, <c>structure</c>, <c>tokenizer</c>, <c>template</c>, <c>weights</c>, <c>run</c>.</param>
/// <param name="Finding">What was found, for people.</param>
public sealed record VerificationCheck(string Name, string Finding);
