using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>How well x ≈ step · q − minimum serves runs, with the nearest levels q, and the sums from which a better fit follows.</summary>
internal struct Fit<TFloats>
    where TFloats : unmanaged, IFloats<TFloats>
{
    /// <summary>Distance of two levels.</summary>
    public TFloats Step;

    /// <summary>What is taken off.</summary>
    public TFloats Minimum;

    /// <summary>Σ w·(x − (step · q − minimum))².</summary>
    public TFloats Error;

    /// <summary>Σ w·q.</summary>
    public TFloats Q;

    /// <summary>Σ w·q².</summary>
    public TFloats QQ;

    /// <summary>Σ w·x·q.</summary>
    public TFloats XQ;

    /// <summary>Takes over the runs that another fit serves better.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void TakeBetter(in Fit<TFloats> other)
    {
        var (theirs, ours) = (other.Error, Error);
        Step = TFloats.IfLess(theirs, ours, other.Step, Step);
        Minimum = TFloats.IfLess(theirs, ours, other.Minimum, Minimum);
        Q = TFloats.IfLess(theirs, ours, other.Q, Q);
        QQ = TFloats.IfLess(theirs, ours, other.QQ, QQ);
        XQ = TFloats.IfLess(theirs, ours, other.XQ, XQ);
        Error = TFloats.IfLess(theirs, ours, theirs, ours);
    }
}
