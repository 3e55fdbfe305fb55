namespace Cairn.Tensors.Limits;

/// <summary>What a measured loop works on, and where it leaves the result that proves that it did.</summary>
/// <param name="memory">Bytes of all workers, one share after the other.</param>
/// <param name="share">Bytes of a worker.</param>
/// <param name="passes">Times that a worker goes over its share.</param>
/// <param name="results">Receives one result a worker, a cache line apart.</param>
internal readonly unsafe struct LimitCall(byte* memory, long share, long passes, ulong* results)
{
    /// <summary>Distance of two workers' results: a line of their own each.</summary>
    public const int ResultStride = 8;

    /// <summary>Bytes of a worker.</summary>
    public long Share => share;

    /// <summary>Times that a worker goes over its share.</summary>
    public long Passes => passes;

    /// <summary>Start of a worker's share.</summary>
    public byte* ShareOf(int worker) => memory + (worker * share);

    /// <summary>Stores a worker's result.</summary>
    public void Finish(int worker, ulong result) => results[worker * ResultStride] = result;
}
