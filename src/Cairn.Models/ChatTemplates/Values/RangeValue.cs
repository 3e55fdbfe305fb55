using System.Numerics;

namespace Cairn.Models.ChatTemplates.Values;

/// <summary>Python's <c>range</c>: start, start + step, … below (or above) stop.</summary>
internal sealed class RangeValue(BigInteger start, BigInteger stop, BigInteger step, int count) : Value
{
    public override string TypeName => "range";

    public override bool IsTrue => count > 0;

    public override int? Length => count;

    public override bool HasItems => true;

    public override IEnumerable<Value> Items => Enumerable.Range(0, count).Select(At);

    public override IEnumerable<Value> ItemsReversed => Enumerable.Range(1, count).Select(i => At(count - i));

    /// <summary>Number of items, which may be beyond any limit.</summary>
    public static BigInteger CountItems(BigInteger start, BigInteger stop, BigInteger step)
    {
        var span = step > 0 ? stop - start : start - stop;
        var size = BigInteger.Abs(step);
        return span <= 0 ? BigInteger.Zero : (span + size - 1) / size;
    }

    public override Value? FindItem(Value key)
    {
        if (PythonNumbers.ToClampedInt32(key) is not { } index)
        {
            return null;
        }

        index = index < 0 ? index + count : index;
        return index >= 0 && index < count ? At(index) : null;
    }

    public RangeValue Slice(SliceRange range)
    {
        var first = start + (range.Start * step);
        var by = step * range.Step;
        return new RangeValue(first, first + (range.Count * by), by, range.Count);
    }

    public override void Represent(BoundedText text) =>
        text.Append(step.IsOne ? $"range({start}, {stop})" : $"range({start}, {stop}, {step})");

    public override bool EqualTo(Value other) =>
        other is RangeValue range && range.Items.SequenceEqual(Items, ValueComparer.Instance);

    private IntegerValue At(int index) => new(start + (step * index));
}
