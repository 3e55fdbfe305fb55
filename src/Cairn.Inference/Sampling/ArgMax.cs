using System.Numerics;
using System.Runtime.InteropServices;

namespace Cairn.Inference.Sampling;

/// <summary>The most likely token: the id of the highest logit, the lowest of equals.</summary>
public static class ArgMax
{
    /// <summary>Finds it in one vectorised pass.</summary>
    /// <param name="logits">Raw scores by id, at least one.</param>
    /// <exception cref="ArgumentException">There are no logits, one is NaN, or all are minus infinity.</exception>
    public static int Find(ReadOnlySpan<float> logits)
    {
        var highest = float.NegativeInfinity;
        var isNaN = false;
        ref var first = ref MemoryMarshal.GetReference(logits);
        var i = 0;
        if (logits.Length >= Vector<float>.Count)
        {
            var highs = new Vector<float>(float.NegativeInfinity);
            var numbers = Vector<int>.AllBitsSet;
            for (; i + Vector<float>.Count <= logits.Length; i += Vector<float>.Count)
            {
                var part = Vector.LoadUnsafe(ref first, (nuint)i);
                numbers &= Vector.Equals(part, part);
                highs = Vector.ConditionalSelect(Vector.GreaterThan(part, highs), part, highs);
            }

            isNaN = numbers != Vector<int>.AllBitsSet;
            for (var lane = 0; lane < Vector<float>.Count; lane++)
            {
                highest = Math.Max(highest, highs[lane]);
            }
        }

        for (; i < logits.Length; i++)
        {
            isNaN |= float.IsNaN(logits[i]);
            highest = logits[i] > highest ? logits[i] : highest;
        }

        return isNaN || float.IsInfinity(highest) ? throw NoChoice(logits) : IndexOf(logits, highest);
    }

    // A second pass that stops at the first hit is cheaper than carrying indexes through the first.
    private static int IndexOf(ReadOnlySpan<float> logits, float value)
    {
        var wanted = new Vector<float>(value);
        ref var first = ref MemoryMarshal.GetReference(logits);
        var i = 0;
        while (i + Vector<float>.Count <= logits.Length &&
               !Vector.EqualsAny(Vector.LoadUnsafe(ref first, (nuint)i), wanted))
        {
            i += Vector<float>.Count;
        }

        while (logits[i] != value)
        {
            i++;
        }

        return i;
    }

    private static ArgumentException NoChoice(ReadOnlySpan<float> logits)
    {
        var wide = new double[logits.Length];
        LogitLoading.Widen(logits, wide);
        return LogitLoading.Invalid(wide);
    }
}
