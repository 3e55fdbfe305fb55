using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Filters;

/// <summary>Filters for values of any kind.</summary>
internal static class GeneralFilters
{
    public static IReadOnlyList<BuiltinFunction> All { get; } =
    [
        new("attr", "name", Attribute),
        new("count", "", Length),
        new("d", "default_value? boolean?", Default),
        new("default", "default_value? boolean?", Default),
        new("length", "", Length),
        new("string", "", static call => call.Subject is StringValue ? call.Subject : new StringValue(call.Text)),
        new("tojson", "ensure_ascii? indent? separators? sort_keys?", JsonText.Serialize),
    ];

    // A method or property, never a key.
    private static Value Attribute(Invocation call)
    {
        var name = call.Context.TextOf(call[0]!);
        return call.Subject is UndefinedValue undefined
            ? throw undefined.Fail()
            : Access.Named(call.Subject, name) ?? UndefinedValue.ForAttribute(call.Subject, name);
    }

    private static Value Default(Invocation call) =>
        call.Subject is UndefinedValue || (call.Flag(1) && !call.Subject.IsTrue)
            ? call[0] ?? StringValue.Empty
            : call.Subject;

    private static IntegerValue Length(Invocation call) => call.Subject.Length is { } length
        ? new IntegerValue(length)
        : throw Fault.Other($"object of type '{call.Subject.TypeName}' has no len()");
}
