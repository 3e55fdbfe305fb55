namespace Cairn.Retrieval.Answers.Support;

/// <summary>A quote that may support a sentence.</summary>
/// <param name="Quote">Its readable form.</param>
/// <param name="Heading">The heading and title above it, which often name its subject.</param>
public sealed record SupportSource(string Quote, string Heading);
