using System.Collections.Frozen;
using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>A filter, test, method or global function: one entry of its table.</summary>
/// <param name="name">Name in templates.</param>
/// <param name="parameters">Parameters after the subject, in the notation of <see cref="Parameters"/>.</param>
/// <param name="body">What it does.</param>
internal sealed class BuiltinFunction(string name, string parameters, Func<Invocation, Value> body)
{
    private readonly Parameters _parameters = new(parameters);

    public string Name { get; } = name;

    /// <summary>True for methods that would change a value: they exist, and the sandbox refuses them.</summary>
    public bool IsMutating { get; private init; }

    public static BuiltinFunction Mutating(string name) =>
        new(name, "* **", static _ => NoneValue.Instance) { IsMutating = true };

    public static FrozenDictionary<string, BuiltinFunction> ToTable(params IEnumerable<BuiltinFunction> functions) =>
        functions.ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    public Value Invoke(RenderContext context, Value subject, CallArguments arguments)
    {
        context.Charge(Cost(subject) + arguments.Positional.Sum(Cost));
        var (values, rest) = _parameters.Bind(Name, arguments);
        return context.Charge(body(new Invocation(context, subject, values, rest)));
    }

    // Texts are read through and tuples hashed; lists are only passed on, and walking them is counted where it happens.
    private static long Cost(Value value) => value is StringValue or TupleValue ? value.Size : 0;
}
