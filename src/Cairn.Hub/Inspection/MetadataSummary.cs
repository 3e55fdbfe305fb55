namespace Cairn.Hub.Inspection;

/// <summary>One metadata value, for display.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Type">Its type, with the number of elements of a list.</param>
/// <param name="Value">Its value as text; null for a list.</param>
public sealed record MetadataSummary(string Key, string Type, string? Value);
