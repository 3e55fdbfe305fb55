using System.Numerics;

namespace Cairn.Models.ChatTemplates.Values;

/// <summary>Positions that a slice selects: start, start + step, …, count of them.</summary>
internal readonly record struct SliceRange(int Start, int Step, int Count)
{
    /// <summary>Python's slice rules for a sequence of a given length; null bounds are left out.</summary>
    /// <exception cref="ChatTemplateException">The step is zero.</exception>
    public static SliceRange Resolve(BigInteger? start, BigInteger? stop, BigInteger? step, int length)
    {
        var by = step ?? BigInteger.One;
        if (by.IsZero)
        {
            throw Fault.Other("slice step cannot be zero");
        }

        var (lowest, highest) = by > 0 ? (0, length) : (-1, length - 1);
        var first = Clamp(start, length, lowest, highest) ?? (by > 0 ? lowest : highest);
        var last = Clamp(stop, length, lowest, highest) ?? (by > 0 ? highest : lowest);
        var count = (int)RangeValue.CountItems(first, last, by);
        return new SliceRange(count == 0 ? 0 : first, count <= 1 ? 1 : (int)by, count);
    }

    public int At(int index) => Start + (index * Step);

    private static int? Clamp(BigInteger? bound, int length, int lowest, int highest)
    {
        if (bound is not { } index)
        {
            return null;
        }

        index = index < 0 ? index + length : index;
        return (int)BigInteger.Max(BigInteger.Min(index, highest), lowest);
    }
}
