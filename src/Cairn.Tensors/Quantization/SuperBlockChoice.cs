namespace Cairn.Tensors;

/// <summary>A way to store a super-block: the units, the multiples of them that each sub-block takes, and how well they fit.</summary>
/// <typeparam name="TFloats">Sub-blocks that are computed at once, a group.</typeparam>
internal ref struct SuperBlockChoice<TFloats>(Span<TFloats> codes, Span<Fit<TFloats>> fits)
    where TFloats : unmanaged, IFloats<TFloats>
{
    /// <summary>d: the steps are d · s.</summary>
    public float Unit;

    /// <summary>m: the minima are m · t.</summary>
    public float MinimumUnit;

    /// <summary>Sum of the errors of all sub-blocks.</summary>
    public float Error = float.PositiveInfinity;

    /// <summary>s, by group.</summary>
    public Span<TFloats> StepCodes { get; } = codes[..fits.Length];

    /// <summary>t, by group.</summary>
    public Span<TFloats> MinimumCodes { get; } = codes[fits.Length..];

    /// <summary>What the codes give, by group.</summary>
    public Span<Fit<TFloats>> Fits { get; } = fits;

    /// <summary>Becomes equal to another choice.</summary>
    public void Take(in SuperBlockChoice<TFloats> other)
    {
        (Unit, MinimumUnit, Error) = (other.Unit, other.MinimumUnit, other.Error);
        other.StepCodes.CopyTo(StepCodes);
        other.MinimumCodes.CopyTo(MinimumCodes);
        other.Fits.CopyTo(Fits);
    }

    /// <summary>Becomes equal to another choice if that has the smaller error.</summary>
    public void TakeBetter(in SuperBlockChoice<TFloats> other)
    {
        if (other.Error < Error)
        {
            Take(other);
        }
    }
}
