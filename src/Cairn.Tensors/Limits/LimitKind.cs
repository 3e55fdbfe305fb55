namespace Cairn.Tensors.Limits;

/// <summary>What bounds a computation.</summary>
public enum LimitKind
{
    /// <summary>Reading memory that no cache holds, GB/s (10⁹ bytes): the bound of decoding.</summary>
    MemoryRead,

    /// <summary>Reading memory that a cache holds, GB/s.</summary>
    CacheRead,

    /// <summary>Fused multiply-adds of float32, GFLOP/s; one of them counts as two.</summary>
    FloatPeak,

    /// <summary>Multiply-adds of 8-bit integers into 32-bit sums, Gop/s; one of them counts as two: the bound of prefill.</summary>
    Int8Peak,
}
