namespace Cairn.Models.ChatTemplates.Values;

/// <summary>Python's equality and hash for keys: 1, 1.0 and True are one key.</summary>
internal sealed class ValueComparer : IEqualityComparer<Value>
{
    public static ValueComparer Instance { get; } = new();

    public bool Equals(Value? left, Value? right) =>
        ReferenceEquals(left, right) || (left is not null && right is not null && left.EqualTo(right));

    public int GetHashCode(Value value) => value.Hash();
}
