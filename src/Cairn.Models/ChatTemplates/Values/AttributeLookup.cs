namespace Cairn.Models.ChatTemplates.Values;

/// <summary>Result of looking for an attribute: the value, nothing, or one that the sandbox keeps away.</summary>
internal readonly record struct AttributeLookup(Value? Value, bool IsUnsafe)
{
    public static AttributeLookup None => default;

    public static AttributeLookup Unsafe => new(null, true);

    public static AttributeLookup Found(Value value) => new(value, false);
}
