namespace Cairn.Tensors;

/// <summary>
/// An instruction that multiplies bytes and sums four products into 32 bits at once, or the lack of one. Sums then need
/// no care for 16 bits: see <see cref="IIntegerLanes{TVector}.AddProducts"/>.
/// </summary>
/// <typeparam name="TVector">The vector type.</typeparam>
internal interface IByteDots<TVector>
    where TVector : unmanaged
{
    /// <summary>Whether this processor has the instructions, those of the lanes included.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Whether there is such an instruction; bytes are multiplied in pairs otherwise.</summary>
    static abstract bool Exist { get; }

    /// <summary>Name of the instruction set, for reports.</summary>
    static abstract string Name { get; }

    /// <summary>What signed quants need added to become what the instruction takes: 128, or 0 where it takes them.</summary>
    static abstract int Bias { get; }

    /// <summary>sum + Σ of four products of quants (unsigned below 64, or with <see cref="Bias"/>) and signed bytes.</summary>
    static abstract TVector Add(TVector sum, TVector quants, TVector activations);
}
