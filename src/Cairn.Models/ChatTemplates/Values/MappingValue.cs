using Cairn.Models.ChatTemplates.Functions;

namespace Cairn.Models.ChatTemplates.Values;

/// <summary>Python's <c>dict</c>: keys in the order they came.</summary>
internal sealed class MappingValue(OrderedDictionary<Value, Value> entries) : Value
{
    private long? _size;

    public override string TypeName => "dict";

    public override bool IsTrue => Entries.Count > 0;

    public OrderedDictionary<Value, Value> Entries { get; } = entries;

    public override long Size => _size ??= 1 + Entries.Sum(entry => entry.Key.Size + entry.Value.Size);

    public override int? Length => Entries.Count;

    public override bool HasItems => true;

    public override IEnumerable<Value> Items => Entries.Keys;

    public override IEnumerable<Value> ItemsReversed => Entries.Keys.Reverse();

    public static OrderedDictionary<Value, Value> NewEntries() => new(ValueComparer.Instance);

    public override Value? FindItem(Value key) =>
        key is not (ListValue or MappingValue) && Entries.TryGetValue(key, out var value) ? value : null;

    public override AttributeLookup FindAttribute(string name) =>
        MappingMethods.Find(this, name) is { } found ? found : base.FindAttribute(name);

    public override void Represent(BoundedText text)
    {
        Fault.EnsureStack();
        text.Append('{');
        var isFirst = true;
        foreach (var (key, value) in Entries)
        {
            text.Append(isFirst ? "" : ", ");
            isFirst = false;
            key.Represent(text);
            text.Append(": ");
            value.Represent(text);
        }

        text.Append('}');
    }

    public override bool EqualTo(Value other)
    {
        if (other is not MappingValue mapping || mapping.Entries.Count != Entries.Count)
        {
            return false;
        }

        Fault.EnsureStack();
        return Entries.All(entry =>
            mapping.Entries.TryGetValue(entry.Key, out var value) && entry.Value.EqualTo(value));
    }

    public override int Hash() => throw Fault.Other("unhashable type: 'dict'");
}
