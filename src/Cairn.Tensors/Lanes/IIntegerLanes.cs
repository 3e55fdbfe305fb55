namespace Cairn.Tensors;

/// <summary>
/// The vector operations that the integer kernels are written in, for one vector width. A vector is a row of bytes;
/// each operation reads them as the integers or floats that it names. A 32-bit lane belongs to one row of a panel.
/// </summary>
/// <typeparam name="TVector">The vector type.</typeparam>
internal unsafe interface IIntegerLanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Whether this processor has the instructions.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Name of the instruction set, for reports.</summary>
    static abstract string Name { get; }

    /// <summary>32-bit lanes of a vector: rows of a panel.</summary>
    static abstract int Rows { get; }

    /// <summary>
    /// Whether <see cref="AddProducts"/> exists; <see cref="MultiplyBytes"/> and <see cref="MultiplyWords"/> do the same
    /// in two steps, with 16 bits between them.
    /// </summary>
    static abstract bool HasDots { get; }

    /// <summary>What signed quants need added for <see cref="AddProducts"/>, see <see cref="IByteDots{TVector}"/>.</summary>
    static abstract int DotBias { get; }

    /// <summary>Loads a vector; no alignment needed.</summary>
    static abstract TVector Load(byte* source);

    /// <summary>
    /// Asks for memory that will be read soon, <paramref name="length"/> bytes from <paramref name="source"/> on.
    /// </summary>
    static abstract void Prefetch(byte* source, int length);

    /// <summary>Stores a vector; no alignment needed.</summary>
    static abstract void Store(TVector value, byte* target);

    /// <summary>The four bytes at <paramref name="source"/> in every lane.</summary>
    static abstract TVector Broadcast(byte* source);

    /// <summary>The same 32 bits in every lane.</summary>
    static abstract TVector Fill(int value);

    /// <summary>The same float in every lane.</summary>
    static abstract TVector FillSingle(float value);

    /// <summary>The 16 bytes at <paramref name="source"/> in every 128 bits.</summary>
    static abstract TVector Repeat(byte* source);

    /// <summary>a &amp; b.</summary>
    static abstract TVector And(TVector a, TVector b);

    /// <summary>a | b.</summary>
    static abstract TVector Or(TVector a, TVector b);

    /// <summary>a ^ b.</summary>
    static abstract TVector Xor(TVector a, TVector b);

    /// <summary>a | (b &amp; mask).</summary>
    static abstract TVector OrMasked(TVector a, TVector b, TVector mask);

    /// <summary>16-bit integers shifted left.</summary>
    static abstract TVector ShiftLeft(TVector value, int count);

    /// <summary>16-bit integers shifted right, zeros from the left.</summary>
    static abstract TVector ShiftRight(TVector value, int count);

    /// <summary>16-bit integers shifted right, copies of the sign from the left.</summary>
    static abstract TVector ShiftRightSigned(TVector value, int count);

    /// <summary>
    /// Bytes of each 16-byte half table chosen by the low four bits of an index; 0 where its top bit is set.
    /// </summary>
    static abstract TVector Lookup(TVector table, TVector index);

    /// <summary>|a| of signed bytes.</summary>
    static abstract TVector Magnitude(TVector a);

    /// <summary>−1 where a signed byte is negative, else 0.</summary>
    static abstract TVector Signs(TVector a);

    /// <summary>
    /// Signed bytes <paramref name="a"/> with the signs of <paramref name="sign"/>; anything where that is 0.
    /// </summary>
    static abstract TVector WithSign(TVector a, TVector sign);

    /// <summary>
    /// u0·s0 + u1·s1 of neighbouring unsigned and signed bytes, as 16-bit integers. The sum must fit.
    /// </summary>
    static abstract TVector MultiplyBytes(TVector unsigned, TVector signed);

    /// <summary>
    /// Four groups times one token, whose groups lie <paramref name="stride"/> bytes apart, in 16 bits: the sum of four
    /// <see cref="MultiplyBytes"/> with <see cref="Broadcast"/>. One operation, because a kernel that is put together from
    /// many small ones has more of them than the compiler keeps in registers.
    /// </summary>
    static abstract TVector MultiplyGroups(TVector w0, TVector w1, TVector w2, TVector w3, byte* a, int stride);

    /// <summary>a0·b0 + a1·b1 of neighbouring signed 16-bit integers, as 32-bit integers.</summary>
    static abstract TVector MultiplyWords(TVector a, TVector b);

    /// <summary>
    /// sum + q0·a0 + … + q3·a3 of the bytes of a lane, as 32-bit integers; only where <see cref="HasDots"/> says so.
    /// Quants are unsigned and below 64, or signed with <see cref="DotBias"/> added.
    /// </summary>
    static abstract TVector AddProducts(TVector sum, TVector quants, TVector activations);

    /// <summary>a + b of 16-bit integers.</summary>
    static abstract TVector AddWords(TVector a, TVector b);

    /// <summary>a + b of 32-bit integers.</summary>
    static abstract TVector AddIntegers(TVector a, TVector b);

    /// <summary>a · b of 32-bit integers, of which the low 32 bits.</summary>
    static abstract TVector MultiplyIntegers(TVector a, TVector b);

    /// <summary>32-bit integers to floats, rounded to nearest even.</summary>
    static abstract TVector ToSingle(TVector a);

    /// <summary>One f16 a lane to floats, see <see cref="HalfVector"/>.</summary>
    static abstract TVector LoadHalves(byte* source);

    /// <summary>a · b of floats.</summary>
    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a · b + c of floats, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>c − a · b of floats, rounded once.</summary>
    static abstract TVector MultiplySubtract(TVector a, TVector b, TVector c);
}
