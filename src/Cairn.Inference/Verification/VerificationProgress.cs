namespace Cairn.Inference.Verification;

/// <summary>How far a verification has come.</summary>
/// <param name="Check">What is being checked.</param>
/// <param name="Detail">The tensor that is being read; empty when there is none.</param>
/// <param name="Share">Share of the work that is done, 0 to 1.</param>
public readonly record struct VerificationProgress(string Check, string Detail, double Share);
