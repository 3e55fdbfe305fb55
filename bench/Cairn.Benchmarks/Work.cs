namespace Cairn.Benchmarks;

/// <summary>What one call of a benchmark does.</summary>
/// <param name="Bytes">Bytes that it must read and write.</param>
/// <param name="Operations">Multiplies and additions.</param>
/// <param name="IsInteger">Whether they are those of bytes; else of floats.</param>
internal readonly record struct Work(double Bytes, double Operations, bool IsInteger);
