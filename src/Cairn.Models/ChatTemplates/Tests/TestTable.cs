using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Filters;
using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Parsing;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Tests;

/// <summary>All tests (<c>x is …</c>) by name. A new test is one entry.</summary>
internal static class TestTable
{
    private static readonly FrozenDictionary<string, BuiltinFunction> Table = BuiltinFunction.ToTable(
    [
        Test("boolean", static call => call.Subject is BooleanValue),
        Test("callable", static call => call.Subject is CallableValue or UndefinedValue),
        Test("defined", static call => call.Subject is not UndefinedValue),
        Test("divisibleby", "num", static call => Modulo(call, call[0]!).IsZero),
        Test("escaped", static call => call.Subject is StringValue { IsMarkup: true }),
        Test("even", static call => Modulo(call, new IntegerValue(2)).IsZero),
        Test("false", static call => call.Subject == BooleanValue.False),
        Test("filter", static call => FilterTable.TryGet(call.Text, out _)),
        Test("float", static call => call.Subject is FloatValue),
        Test("in", "seq", static call => Comparison.Contains(call.Context, call[0]!, call.Subject)),
        Test("integer", static call => call.Subject is IntegerValue),
        Test("iterable", static call => call.Subject.Items is not null),
        Test("lower", static call => PythonCase.IsLower(call.Text)),
        Test("mapping", static call => call.Subject is MappingValue),
        Test("none", static call => call.Subject is NoneValue),
        Test("number", static call => PythonNumbers.IsNumber(call.Subject)),
        Test("odd", static call => Modulo(call, new IntegerValue(2)).IsOne),
        Test("sameas", "other", static call => call.Subject.SameAs(call[0]!)),
        Test("sequence", static call => call.Subject is { Length: not null, HasItems: true }),
        Test("string", static call => call.Subject is StringValue),
        Test("test", static call => TryGet(call.Text, out _)),
        Test("true", static call => call.Subject == BooleanValue.True),
        Test("undefined", static call => call.Subject is UndefinedValue),
        Test("upper", static call => PythonCase.IsUpper(call.Text)),
        .. Compare(ComparisonOperator.Equal, "eq", "==", "equalto"),
        .. Compare(ComparisonOperator.NotEqual, "ne", "!="),
        .. Compare(ComparisonOperator.Greater, "gt", ">", "greaterthan"),
        .. Compare(ComparisonOperator.GreaterOrEqual, "ge", ">="),
        .. Compare(ComparisonOperator.Less, "lt", "<", "lessthan"),
        .. Compare(ComparisonOperator.LessOrEqual, "le", "<="),
    ]);

    public static bool TryGet(string name, [NotNullWhen(true)] out BuiltinFunction? test) =>
        Table.TryGetValue(name, out test);

    /// <summary>Applies a test whose name is only known while rendering, as <c>select</c> does.</summary>
    public static Value Apply(RenderContext context, string name, Value subject, CallArguments arguments) =>
        TryGet(name, out var test)
            ? test.Invoke(context, subject, arguments)
            : throw Fault.Other($"No test named '{name}'.");

    private static BuiltinFunction Test(string name, Func<Invocation, bool> holds) => Test(name, "", holds);

    private static BuiltinFunction Test(string name, string parameters, Func<Invocation, bool> holds) =>
        new(name, parameters, call => BooleanValue.Of(holds(call)));

    private static IEnumerable<BuiltinFunction> Compare(ComparisonOperator @operator, params string[] names) =>
        names.Select(name => Test(
            name, "other", call => Comparison.Holds(call.Context, @operator, call.Subject, call[0]!)));

    private static BigInteger Modulo(Invocation call, Value divisor)
    {
        var remainder = Arithmetic.Apply(call.Context, BinaryOperator.Modulo, call.Subject, divisor);
        return remainder is FloatValue { Number: var real }
            ? real == 0 ? BigInteger.Zero : real == 1 ? BigInteger.One : BigInteger.MinusOne
            : PythonNumbers.TryGetInteger(remainder, out var number)
                ? number
                : throw Fault.Other($"'{call.Subject.TypeName}' has no remainder");
    }
}
