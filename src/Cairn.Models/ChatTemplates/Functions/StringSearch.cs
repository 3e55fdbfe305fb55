using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>Searching a text between two positions, both counted in code points as results are.</summary>
internal static class StringSearch
{
    public static Value Find(Invocation call) =>
        Position(call, static (part, wanted) => part.IndexOf(wanted, StringComparison.Ordinal));

    public static Value FindLast(Invocation call) =>
        Position(call, static (part, wanted) => part.LastIndexOf(wanted, StringComparison.Ordinal));

    /// <summary>Fails where <c>index</c> finds nothing.</summary>
    public static Value Require(Value position) => position is IntegerValue { Number.Sign: < 0 }
        ? throw Fault.Other("substring not found")
        : position;

    public static Value Count(Invocation call)
    {
        var (part, _) = Part(call);
        var wanted = Wanted(call[0]!);
        call.Context.ChargeSearch(part.Length, wanted.Length);
        if (wanted.Length == 0)
        {
            return new IntegerValue(PythonText.CountCodePoints(part) + 1);
        }

        var count = 0;
        for (var at = part.IndexOf(wanted, StringComparison.Ordinal); at >= 0;
             at = part.IndexOf(wanted, at + wanted.Length, StringComparison.Ordinal))
        {
            count++;
        }

        return new IntegerValue(count);
    }

    public static Value StartsWith(Invocation call) =>
        Any(call, static (part, wanted) => part.StartsWith(wanted, StringComparison.Ordinal));

    public static Value EndsWith(Invocation call) =>
        Any(call, static (part, wanted) => part.EndsWith(wanted, StringComparison.Ordinal));

    private static BooleanValue Any(Invocation call, Func<string, string, bool> matches)
    {
        var (part, _) = Part(call);
        return BooleanValue.Of(call[0] is TupleValue tuple
            ? tuple.Elements.Any(wanted => matches(part, Wanted(wanted)))
            : matches(part, Wanted(call[0]!)));
    }

    private static IntegerValue Position(Invocation call, Func<string, string, int> search)
    {
        var (part, start) = Part(call);
        var wanted = Wanted(call[0]!);
        call.Context.ChargeSearch(part.Length, wanted.Length);
        var at = search(part, wanted);
        return new IntegerValue(at < 0 ? -1 : start + PythonText.CountCodePoints(part.AsSpan(0, at)));
    }

    private static (string Part, int Start) Part(Invocation call)
    {
        if (!call.Has(1) && !call.Has(2))
        {
            return (call.Text, 0);
        }

        var text = (StringValue)call.Subject;
        var range = SliceRange.Resolve(call.BigInteger(1), call.BigInteger(2), null, text.Length.GetValueOrDefault());
        return (text.Slice(range).Text, range.Start);
    }

    private static string Wanted(Value value) => value switch
    {
        StringValue { Text: var text } => text,
        UndefinedValue undefined => throw undefined.Fail(),
        _ => throw Fault.Other($"must be str, not {value.TypeName}"),
    };
}
