using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Parsing;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Filters;

/// <summary>Filters for lists, mappings and other things with items.</summary>
internal static class SequenceFilters
{
    public static IReadOnlyList<BuiltinFunction> All { get; } =
    [
        new("batch", "linecount fill_with?", static call => IteratorValue.Generator(Batch(call))),
        new("dictsort", "case_sensitive? by? reverse?", SortMapping),
        new("first", "", static call => call.Context.ItemsOf(call.Subject).FirstOrDefault()
            ?? new UndefinedValue("No first item, sequence was empty.")),
        new("groupby", "attribute default? case_sensitive?", GroupBy),
        new("items", "", static call => IteratorValue.Generator(Pairs(call))),
        new("join", "d? attribute?", Join),
        new("last", "", static call => Reversed(call.Subject).FirstOrDefault()
            ?? new UndefinedValue("No last item, sequence was empty.")),
        new("list", "", static call => new ListValue(call.Context.ListOf(call.Subject))),
        new("max", "case_sensitive? attribute?", static call => Extreme(call, sign: 1)),
        new("min", "case_sensitive? attribute?", static call => Extreme(call, sign: -1)),
        new("random", "", Random),
        new("reverse", "", Reverse),
        new("slice", "slices fill_with?", static call => IteratorValue.Generator(Slice(call))),
        new("sort", "reverse? case_sensitive? attribute?", Sort),
        new("sum", "attribute? start?", Sum),
        new("unique", "case_sensitive? attribute?", static call => IteratorValue.Generator(Unique(call))),
    ];

    private static IEnumerable<Value> Batch(Invocation call)
    {
        var size = call.Integer(0, 0);
        List<Value> batch = [];
        foreach (var item in call.Context.ItemsOf(call.Subject))
        {
            if (batch.Count == size)
            {
                yield return new ListValue(batch);
                batch = [];
            }

            batch.Add(item);
        }

        if (batch.Count == 0)
        {
            yield break;
        }

        if (call.Has(1) && batch.Count < size)
        {
            call.Context.CheckCount(size);
            batch.AddRange(Enumerable.Repeat(call[1]!, size - batch.Count));
        }

        yield return new ListValue(batch);
    }

    private static ListValue SortMapping(Invocation call)
    {
        var by = call.String(1) ?? "key";
        if (by is not ("key" or "value"))
        {
            throw Fault.Other("You can only sort by either \"key\" or \"value\"");
        }

        var mapping = call.Subject as MappingValue ?? throw NotAMapping(call.Subject);
        var ignoresCase = !call.Flag(0);
        var sorted = StableSort.By(
            call.Context,
            [.. mapping.Entries],
            entry => AttributePath.FoldCase(by == "key" ? entry.Key : entry.Value, ignoresCase),
            call.Flag(2));
        return new ListValue([.. sorted.Select(entry => new TupleValue([entry.Key, entry.Value]))]);
    }

    private static ChatTemplateException NotAMapping(Value subject) => subject is UndefinedValue undefined
        ? undefined.Fail()
        : Fault.Other($"'{subject.TypeName}' object has no attribute 'items'");

    private static ListValue GroupBy(Invocation call)
    {
        var path = AttributePath.Parse(call[0], call[1]);
        var ignoresCase = !call.Flag(2);
        var sorted = StableSort.By(
            call.Context, call.Context.ListOf(call.Subject), item => path.Key(item, ignoresCase), descending: false);
        List<(Value Key, List<Value> Items)> groups = [];
        foreach (var item in sorted)
        {
            var key = path.Key(item, ignoresCase);
            if (groups.Count == 0 || !groups[^1].Key.EqualTo(key))
            {
                groups.Add((key, []));
            }

            groups[^1].Items.Add(item);
        }

        return new ListValue([.. groups.Select(group => new TupleValue(
            [path.Find(group.Items[0]), new ListValue(group.Items)], isGroup: true))]);
    }

    // A generator: what is no mapping fails only when the first pair is asked for.
    private static IEnumerable<Value> Pairs(Invocation call)
    {
        var pairs = call.Subject switch
        {
            UndefinedValue => [],
            MappingValue mapping => MappingMethods.Items(mapping).Items,
            _ => throw Fault.Other("Can only get item pairs from a mapping."),
        };
        foreach (var pair in pairs)
        {
            yield return pair;
        }
    }

    private static StringValue Join(Invocation call)
    {
        var separator = call[0] is { } given ? call.Context.TextOf(given) : "";
        var path = AttributePath.Parse(call[1]);
        var text = call.Context.NewText();
        var isFirst = true;
        foreach (var item in call.Context.ItemsOf(call.Subject))
        {
            text.Append(isFirst ? "" : separator);
            isFirst = false;
            path.Find(item).Print(text);
        }

        return new StringValue(text.ToString());
    }

    private static IEnumerable<Value> Reversed(Value value) =>
        value.ItemsReversed ?? throw Fault.Other($"'{value.TypeName}' object is not reversible");

    private static Value Extreme(Invocation call, int sign)
    {
        var path = AttributePath.Parse(call[1]);
        var ignoresCase = !call.Flag(0);
        Value? best = null;
        Value? bestKey = null;
        foreach (var item in call.Context.ItemsOf(call.Subject))
        {
            var key = path.Key(item, ignoresCase);
            if (bestKey is null || Comparison.Order(key, bestKey, sign > 0 ? ">" : "<") * sign > 0)
            {
                (best, bestKey) = (item, key);
            }
        }

        return best ?? new UndefinedValue("No aggregated item, sequence was empty.");
    }

    private static Value Random(Invocation call)
    {
        var count = call.Subject.Length ?? throw Fault.Other($"object of type '{call.Subject.TypeName}' has no len()");
        if (count == 0)
        {
            return new UndefinedValue("No random item, sequence was empty.");
        }

        var index = new IntegerValue(call.Context.NextRandom(count));
        return call.Subject.FindItem(index)
            ?? throw Fault.Other($"'{call.Subject.TypeName}' object is not subscriptable");
    }

    private static Value Reverse(Invocation call)
    {
        switch (call.Subject)
        {
            case StringValue text:
                return text.Slice(SliceRange.Resolve(null, null, -1, text.Length.GetValueOrDefault()));
            case { ItemsReversed: { } reversed }:
                return new IteratorValue(call.Subject.TypeName + "_reverseiterator", reversed);
            default:
                var items = call.Context.ListOf(call.Subject);
                items.Reverse();
                return new ListValue(items);
        }
    }

    private static IEnumerable<Value> Slice(Invocation call)
    {
        var items = call.Context.ListOf(call.Subject);
        var count = call.Integer(0, 0);
        call.Context.CheckCount(count);
        if (count == 0)
        {
            throw Fault.Other("integer division or modulo by zero");
        }

        var start = 0;
        for (var i = 0; i < count; i++)
        {
            var isLonger = i < items.Count % count;
            var end = start + (items.Count / count) + (isLonger ? 1 : 0);
            List<Value> part = items[start..end];
            if (call.Has(1) && !isLonger)
            {
                part.Add(call[1]!);
            }

            yield return new ListValue(part);
            start = end;
        }
    }

    private static ListValue Sort(Invocation call)
    {
        var key = AttributePath.ParseMany(call[2], ignoresCase: !call.Flag(1));
        return new ListValue(
            StableSort.By(call.Context, call.Context.ListOf(call.Subject), key, descending: call.Flag(0)));
    }

    private static Value Sum(Invocation call)
    {
        var path = AttributePath.Parse(call[0]);
        var total = call[1] ?? new IntegerValue(0);
        if (total is StringValue)
        {
            throw Fault.Other("sum() can't sum strings [use ''.join(seq) instead]");
        }

        foreach (var item in call.Context.ItemsOf(call.Subject))
        {
            total = Arithmetic.Apply(call.Context, BinaryOperator.Add, total, path.Find(item));
        }

        return total;
    }

    private static IEnumerable<Value> Unique(Invocation call)
    {
        var path = AttributePath.Parse(call[1]);
        var seen = new HashSet<Value>(ValueComparer.Instance);
        foreach (var item in call.Context.ItemsOf(call.Subject))
        {
            var key = path.Key(item, ignoresCase: !call.Flag(0));
            call.Context.Charge(key.Size);
            if (seen.Add(key))
            {
                yield return item;
            }
        }
    }
}
