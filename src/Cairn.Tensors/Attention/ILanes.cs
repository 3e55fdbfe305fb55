namespace Cairn.Tensors.Attention;

/// <summary>The vector operations that the attention kernel is written in, for one vector width.</summary>
/// <typeparam name="TVector">The vector type.</typeparam>
internal unsafe interface ILanes<TVector>
    where TVector : struct
{
    /// <summary>Float lanes of a vector.</summary>
    static abstract int Count { get; }

    /// <summary>The same value in every lane.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary>Loads floats.</summary>
    static abstract TVector Load(float* source);

    /// <summary>
    /// Loads half-precision numbers as floats 2^112 times too small: exponent and mantissa are moved into place and
    /// the difference of the exponent biases is left to the caller. Exact, subnormals included.
    /// </summary>
    static abstract TVector LoadHalfScaled(ushort* source);

    /// <summary>Loads signed bytes as floats.</summary>
    static abstract TVector LoadBytes(sbyte* source);

    /// <summary>Asks for a cache line to be brought into the second-level cache, where the processor can be asked.</summary>
    static abstract void Prefetch(void* address);

    /// <summary>Stores floats.</summary>
    static abstract void Store(TVector value, float* destination);

    /// <summary>a · b + c, fused where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>a − b.</summary>
    static abstract TVector Subtract(TVector a, TVector b);

    /// <summary>a + b.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>a · b.</summary>
    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>The greater of each pair.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>The first lane.</summary>
    static abstract float First(TVector value);

    /// <summary>Sum over the lanes.</summary>
    static abstract float Sum(TVector value);

    /// <summary>Maximum over the lanes.</summary>
    static abstract float MaxAcross(TVector value);

    /// <summary>Multiplies by 2^n, where n is the integer in the low bits of <paramref name="shifted"/> = n + 1.5·2^23.</summary>
    static abstract TVector ScaleByPowerOfTwo(TVector value, TVector shifted);
}
