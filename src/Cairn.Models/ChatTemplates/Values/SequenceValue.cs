namespace Cairn.Models.ChatTemplates.Values;

/// <summary>What lists and tuples share: items by index, in order, compared one by one.</summary>
internal abstract class SequenceValue(IReadOnlyList<Value> elements) : Value
{
    private long? _size;

    public IReadOnlyList<Value> Elements { get; } = elements;

    public override bool IsTrue => Elements.Count > 0;

    public override long Size => _size ??= 1 + Elements.Sum(element => element.Size);

    public override int? Length => Elements.Count;

    public override bool HasItems => true;

    public override IEnumerable<Value> Items => Elements;

    public override IEnumerable<Value> ItemsReversed => Elements.Reverse();

    public override Value? FindItem(Value key)
    {
        if (PythonNumbers.ToClampedInt32(key) is not { } index)
        {
            return null;
        }

        index = index < 0 ? index + Elements.Count : index;
        return index >= 0 && index < Elements.Count ? Elements[index] : null;
    }

    /// <summary>A sequence of the same kind.</summary>
    public abstract SequenceValue With(IReadOnlyList<Value> elements);

    public SequenceValue Slice(SliceRange range)
    {
        var items = new Value[range.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Elements[range.At(i)];
        }

        return With(items);
    }

    public override bool EqualTo(Value other)
    {
        if (other is not SequenceValue sequence ||
            sequence.TypeName != TypeName ||
            sequence.Elements.Count != Elements.Count)
        {
            return false;
        }

        Fault.EnsureStack();
        for (var i = 0; i < Elements.Count; i++)
        {
            if (!Elements[i].EqualTo(sequence.Elements[i]))
            {
                return false;
            }
        }

        return true;
    }

    protected void RepresentElements(BoundedText text)
    {
        Fault.EnsureStack();
        for (var i = 0; i < Elements.Count; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            Elements[i].Represent(text);
        }
    }
}
