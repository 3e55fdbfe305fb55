using Cairn.Models.ChatTemplates.Values;
using System.Numerics;

namespace Cairn.Models.ChatTemplates.Evaluation;

/// <summary>
/// <c>x.name</c>, <c>x[key]</c> and slices, as Jinja's sandbox does them: a dot finds methods before keys, brackets
/// find keys before methods, and private or changing attributes become values that fail when used.
/// </summary>
internal static class Access
{
    public static Value Attribute(Value target, string name)
    {
        if (target is UndefinedValue undefined)
        {
            throw undefined.Fail();
        }

        return Named(target, name)
            ?? target.FindItem(new StringValue(name))
            ?? UndefinedValue.ForAttribute(target, name);
    }

    public static Value Item(Value target, Value key)
    {
        if (target is UndefinedValue undefined)
        {
            throw undefined.Fail();
        }

        return target.FindItem(key)
            ?? (key is StringValue { Text: var name } ? Named(target, name) : null)
            ?? UndefinedValue.ForItem(target, key);
    }

    /// <summary>A method or property only; null when there is none, as the <c>attr</c> filter needs it.</summary>
    public static Value? Named(Value target, string name)
    {
        var found = target.FindAttribute(name);
        return found.IsUnsafe ? UndefinedValue.ForUnsafe(target, name) : found.Value;
    }

    public static Value Slice(Value target, Value? start, Value? stop, Value? step)
    {
        SliceRange Resolve() => SliceRange.Resolve(
            Bound(start), Bound(stop), Bound(step), target.Length.GetValueOrDefault());
        return target switch
        {
            StringValue text => text.Slice(Resolve()),
            SequenceValue sequence => sequence.Slice(Resolve()),
            RangeValue range => range.Slice(Resolve()),
            UndefinedValue undefined => throw undefined.Fail(),
            MappingValue => throw Fault.Other("unhashable type: 'slice'"),
            _ => throw Fault.Other($"'{target.TypeName}' object is not subscriptable"),
        };
    }

    private static BigInteger? Bound(Value? value) => value switch
    {
        null or NoneValue => null,
        UndefinedValue undefined => throw undefined.Fail(),
        _ => PythonNumbers.TryGetInteger(value, out var number)
            ? number
            : throw Fault.Other("slice indices must be integers or None or have an __index__ method"),
    };
}
