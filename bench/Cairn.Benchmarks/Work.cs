namespace Cairn.Benchmarks;

/// <summary>What one call of a benchmark does.</summary>
/// <param name="Bytes">Bytes that it must read and write.</param>
/// <param name="Operations">Multiplies and additions.</param>
/// <param name="IsInteger">Whether they are those of bytes; else of floats.</param>
/// <param name="IsCold">Whether calls in turn read more than the caches hold, however little one of them reads.</param>
internal readonly record struct Work(double Bytes, double Operations, bool IsInteger, bool IsCold = false);
