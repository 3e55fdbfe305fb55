namespace Cairn.Hub.Inspection;

/// <summary>One thing that makes a model what it is: a size, a window, a scaling, experts.</summary>
/// <param name="Name">Stable name in snake_case.</param>
/// <param name="Value">Its value as text.</param>
public sealed record FeatureSummary(string Name, string Value);
