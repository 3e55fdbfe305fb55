using System.Numerics;
using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>
/// One call of a built-in: what it is applied to, its arguments in their places, and the run it belongs to.
/// </summary>
/// <param name="Context">The run: limits, output, clock.</param>
/// <param name="Subject">What a filter, test or method applies to; none for a plain function.</param>
/// <param name="Values">Arguments in the order of the parameters; null where left out.</param>
/// <param name="Rest">Arguments beyond the parameters, where the function takes them.</param>
internal readonly record struct Invocation(RenderContext Context, Value Subject, Value?[] Values, CallArguments Rest)
{
    /// <summary>The subject's text: what printing it shows.</summary>
    public string Text => Context.TextOf(Subject);

    public Value? this[int index] => Values[index];

    /// <summary>Whether an argument was given, and is not <c>none</c>.</summary>
    public bool Has(int index) => Values[index] is not (null or NoneValue);

    public bool Flag(int index) => Values[index]?.IsTrue ?? false;

    /// <summary>An argument that must be a string; null when left out or <c>none</c>.</summary>
    public string? String(int index) => Values[index] switch
    {
        null or NoneValue => null,
        StringValue text => text.Text,
        UndefinedValue undefined => throw undefined.Fail(),
        var value => throw Fault.Other($"expected a str argument, got '{value.TypeName}'"),
    };

    /// <summary>An argument that must be an integer; the default when left out or <c>none</c>.</summary>
    public int Integer(int index, int @default) => Values[index] switch
    {
        null or NoneValue => @default,
        UndefinedValue undefined => throw undefined.Fail(),
        var value => PythonNumbers.ToClampedInt32(value)
            ?? throw Fault.Other($"'{value.TypeName}' object cannot be interpreted as an integer"),
    };

    /// <summary>An argument that must be an integer, at full size; null when left out or <c>none</c>.</summary>
    public BigInteger? BigInteger(int index) => Values[index] switch
    {
        null or NoneValue => null,
        UndefinedValue undefined => throw undefined.Fail(),
        var value => PythonNumbers.TryGetInteger(value, out var number)
            ? number
            : throw Fault.Other($"'{value.TypeName}' object cannot be interpreted as an integer"),
    };
}
