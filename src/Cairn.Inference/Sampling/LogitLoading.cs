using System.Numerics;
using System.Runtime.InteropServices;

namespace Cairn.Inference.Sampling;

/// <summary>Reads logits into candidates in one vectorised pass, and says what is wrong with bad ones.</summary>
internal static class LogitLoading
{
    /// <summary>Copies single to double precision and reports what was seen.</summary>
    /// <param name="logits">Logits, [n].</param>
    /// <param name="wide">The same as doubles, at least [n].</param>
    public static LogitKinds Widen(ReadOnlySpan<float> logits, Span<double> wide)
    {
        var masked = Vector<int>.Zero;
        var valid = Vector<int>.AllBitsSet;
        ref var source = ref MemoryMarshal.GetReference(logits);
        ref var target = ref MemoryMarshal.GetReference(wide);
        var i = 0;
        for (; i + Vector<float>.Count <= logits.Length; i += Vector<float>.Count)
        {
            var part = Vector.LoadUnsafe(ref source, (nuint)i);
            masked |= Vector.Equals(part, new Vector<float>(float.NegativeInfinity));
            valid &= Vector.LessThan(part, new Vector<float>(float.PositiveInfinity));
            Vector.Widen(part, out var low, out var high);
            low.StoreUnsafe(ref target, (nuint)i);
            high.StoreUnsafe(ref target, (nuint)(i + Vector<double>.Count));
        }

        var found = LogitKinds.Ordinary;
        found |= masked == Vector<int>.Zero ? 0 : LogitKinds.Masked;
        found |= valid == Vector<int>.AllBitsSet ? 0 : LogitKinds.Invalid;
        for (; i < logits.Length; i++)
        {
            wide[i] = logits[i];
            found |= Kind(logits[i]);
        }

        return found;
    }

    /// <summary>What is among the logits.</summary>
    public static LogitKinds Inspect(ReadOnlySpan<double> logits)
    {
        var found = LogitKinds.Ordinary;
        foreach (var logit in logits)
        {
            found |= Kind(logit);
        }

        return found;
    }

    /// <summary>Writes 0, 1, 2, …</summary>
    public static void FillIds(Span<int> ids)
    {
        ref var target = ref MemoryMarshal.GetReference(ids);
        var next = Vector<int>.Indices;
        var i = 0;
        for (; i + Vector<int>.Count <= ids.Length; i += Vector<int>.Count)
        {
            next.StoreUnsafe(ref target, (nuint)i);
            next += new Vector<int>(Vector<int>.Count);
        }

        for (; i < ids.Length; i++)
        {
            ids[i] = i;
        }
    }

    /// <summary>The error for logits from which no token can be chosen, naming the first bad token.</summary>
    public static ArgumentException Invalid(ReadOnlySpan<double> logits)
    {
        for (var id = 0; id < logits.Length; id++)
        {
            if (Kind(logits[id]) == LogitKinds.Invalid)
            {
                return new ArgumentException(
                    $"The logit of token {id} is {logits[id]}; expected a number. The model file may be damaged, or " +
                    "its arithmetic overflowed.",
                    nameof(logits));
            }
        }

        return new ArgumentException(
            "There is no token to choose: every logit is minus infinity (masked), or there are none.", nameof(logits));
    }

    private static LogitKinds Kind(double logit) => logit < double.PositiveInfinity
        ? double.IsNegativeInfinity(logit) ? LogitKinds.Masked : LogitKinds.Ordinary
        : LogitKinds.Invalid;
}
