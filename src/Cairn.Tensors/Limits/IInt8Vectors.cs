namespace Cairn.Tensors.Limits;

/// <summary>The byte products of an instruction set, for <see cref="Int8Limit"/>.</summary>
/// <typeparam name="TVector">A register.</typeparam>
internal unsafe interface IInt8Vectors<TVector>
    where TVector : struct
{
    /// <summary>Bytes of a register.</summary>
    static abstract int Bytes { get; }

    /// <summary>Loads a register.</summary>
    static abstract TVector Load(byte* p);

    /// <summary>Products of unsigned and signed bytes, neighbours summed in 16 bits.</summary>
    static abstract TVector Products(TVector unsigned, TVector signed);

    /// <summary>Sum of 16-bit lanes.</summary>
    static abstract TVector AddWords(TVector a, TVector b);

    /// <summary>Adds neighbouring 16-bit lanes to the 32-bit lanes of <paramref name="sums"/>.</summary>
    static abstract TVector Accumulate(TVector sums, TVector words);

    /// <summary>Sum of 32-bit lanes.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>Sum over the 32-bit lanes, modulo 2³².</summary>
    static abstract uint Total(TVector sums);
}
