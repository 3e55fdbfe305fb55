using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Tests;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Filters;

/// <summary>
/// Filters that apply a test, a filter or an attribute to every item; their results are made on demand.
/// </summary>
internal static class SelectionFilters
{
    public static IReadOnlyList<BuiltinFunction> All { get; } =
    [
        new("map", "* **", static call => IteratorValue.Generator(Map(call))),
        new("reject", "* **", static call => Choose(call, byAttribute: false, wanted: false)),
        new("rejectattr", "* **", static call => Choose(call, byAttribute: true, wanted: false)),
        new("select", "* **", static call => Choose(call, byAttribute: false, wanted: true)),
        new("selectattr", "* **", static call => Choose(call, byAttribute: true, wanted: true)),
    ];

    private static IEnumerable<Value> Map(Invocation call)
    {
        if (!call.Subject.IsTrue)
        {
            yield break;
        }

        var transform = Transform(call);
        foreach (var item in call.Context.ItemsOf(call.Subject))
        {
            yield return transform(item);
        }
    }

    private static Func<Value, Value> Transform(Invocation call)
    {
        var (positional, named) = call.Rest;
        if (positional.Count == 0 && named.Any(argument => argument.Key == "attribute"))
        {
            foreach (var (name, _) in named)
            {
                if (name is not ("attribute" or "default"))
                {
                    throw Fault.Other($"Unexpected keyword argument '{name}'");
                }
            }

            return AttributePath.Parse(
                named.First(argument => argument.Key == "attribute").Value,
                named.FirstOrDefault(argument => argument.Key == "default").Value).Find;
        }

        if (positional.Count == 0)
        {
            throw Fault.Other("map requires a filter argument");
        }

        var filter = call.Context.TextOf(positional[0]);
        var arguments = new CallArguments([.. positional.Skip(1)], named);
        return item => FilterTable.Apply(call.Context, filter, item, arguments);
    }

    private static IteratorValue Choose(Invocation call, bool byAttribute, bool wanted) =>
        IteratorValue.Generator(Select(call, byAttribute, wanted));

    private static IEnumerable<Value> Select(Invocation call, bool byAttribute, bool wanted)
    {
        if (!call.Subject.IsTrue)
        {
            yield break;
        }

        var holds = Condition(call, byAttribute);
        foreach (var item in call.Context.ItemsOf(call.Subject))
        {
            if (holds(item) == wanted)
            {
                yield return item;
            }
        }
    }

    private static Func<Value, bool> Condition(Invocation call, bool byAttribute)
    {
        var positional = call.Rest.Positional;
        if (byAttribute && positional.Count == 0)
        {
            throw Fault.Other("Missing parameter for attribute name");
        }

        var skip = byAttribute ? 1 : 0;
        var path = AttributePath.Parse(byAttribute ? positional[0] : null);
        if (positional.Count == skip)
        {
            return item => path.Find(item).IsTrue;
        }

        var test = call.Context.TextOf(positional[skip]);
        var arguments = new CallArguments([.. positional.Skip(skip + 1)], call.Rest.Named);
        return item => TestTable.Apply(call.Context, test, path.Find(item), arguments).IsTrue;
    }
}
