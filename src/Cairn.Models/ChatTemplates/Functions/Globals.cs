using System.Collections.Frozen;
using System.Numerics;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>Functions that every template can call by name, unless a variable hides them.</summary>
internal static class Globals
{
    private static readonly FrozenDictionary<string, FunctionValue> Table = new BuiltinFunction[]
    {
        new("raise_exception", "message", static call =>
            throw new ChatTemplateException(ChatTemplateError.Raised, call.Context.TextOf(call[0]!))),
        new("strftime_now", "format", static call => new StringValue(
            StrfTime.Format(call.Context.Options.TimeProvider.GetLocalNow(), call.String(0) ?? ""))),
        new("dict", "* **", static call => new MappingValue(ToEntries(call))),
        new("namespace", "* **", Namespace),
        new("range", "start stop? step?", Range),
        new("cycler", "*", static call => new CyclerValue(call.Rest.Positional)),
        new("joiner", "sep?", static call => new JoinerValue(call[0] ?? new StringValue(", "))),
    }.ToFrozenDictionary(function => function.Name, function => new FunctionValue(function), StringComparer.Ordinal);

    public static Value? Find(string name) => Table.TryGetValue(name, out var function) ? function : null;

    private static OrderedDictionary<Value, Value> ToEntries(Invocation call)
    {
        var entries = MappingValue.NewEntries();
        if (call.Rest.Positional.Count > 1)
        {
            throw Fault.Other($"dict expected at most 1 argument, got {call.Rest.Positional.Count}");
        }

        foreach (var source in call.Rest.Positional)
        {
            AddAll(call, entries, source);
        }

        foreach (var (name, value) in call.Rest.Named)
        {
            entries[new StringValue(name)] = value;
        }

        return entries;
    }

    private static void AddAll(Invocation call, OrderedDictionary<Value, Value> entries, Value source)
    {
        if (source is MappingValue mapping)
        {
            foreach (var (key, value) in mapping.Entries)
            {
                entries[key] = value;
            }

            return;
        }

        foreach (var item in call.Context.ItemsOf(source))
        {
            var pair = call.Context.ListOf(item);
            if (pair.Count != 2)
            {
                throw Fault.Other("dictionary update sequence elements must be pairs");
            }

            entries[pair[0]] = pair[1];
        }
    }

    private static NamespaceValue Namespace(Invocation call)
    {
        var attributes = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (key, value) in ToEntries(call))
        {
            attributes[call.Context.TextOf(key)] = value;
        }

        return new NamespaceValue(attributes);
    }

    private static RangeValue Range(Invocation call)
    {
        var isBounded = call.Has(1);
        var start = isBounded ? Bound(call, 0) : BigInteger.Zero;
        var stop = isBounded ? Bound(call, 1) : Bound(call, 0);
        var step = call.Has(2) ? Bound(call, 2) : BigInteger.One;
        if (step.IsZero)
        {
            throw Fault.Other("range() arg 3 must not be zero");
        }

        var count = RangeValue.CountItems(start, stop, step);
        return count > call.Context.Options.MaxRangeLength
            ? throw Fault.Other(
                "Range too big. The sandbox blocks ranges larger than " +
                $"MAX_RANGE ({call.Context.Options.MaxRangeLength}).")
            : new RangeValue(start, stop, step, (int)count);
    }

    private static BigInteger Bound(Invocation call, int index) =>
        call.BigInteger(index) ?? throw Fault.Other("'NoneType' object cannot be interpreted as an integer");
}
