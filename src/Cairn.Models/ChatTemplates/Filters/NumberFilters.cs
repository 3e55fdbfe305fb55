using System.Numerics;
using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Parsing;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Filters;

/// <summary>Filters that make or change numbers.</summary>
internal static class NumberFilters
{
    private static readonly string[] DecimalUnits = ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
    private static readonly string[] BinaryUnits = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

    public static IReadOnlyList<BuiltinFunction> All { get; } =
    [
        new("abs", "", Absolute),
        new("filesizeformat", "binary?", FileSize),
        new("float", "default?", static call => ToFloat(call.Subject) is { } real
            ? new FloatValue(real)
            : call[0] ?? new FloatValue(0)),
        new("int", "default? base?", static call => ToInteger(call.Subject, call.Integer(1, 10)) is { } number
            ? new IntegerValue(number)
            : call[0] ?? new IntegerValue(0)),
        new("round", "precision? method?", Round),
    ];

    private static Value Absolute(Invocation call) => call.Subject switch
    {
        FloatValue { Number: var real } => new FloatValue(Math.Abs(real)),
        _ when PythonNumbers.TryGetInteger(call.Subject, out var number) => new IntegerValue(BigInteger.Abs(number)),
        _ => throw Fault.Other($"bad operand type for abs(): '{call.Subject.TypeName}'"),
    };

    private static double? ToFloat(Value value) => value switch
    {
        UndefinedValue undefined => throw undefined.Fail(),
        StringValue { Text: var text } => PythonNumbers.TryParseFloat(text, out var real) ? real : null,
        _ => PythonNumbers.IsNumber(value) ? PythonNumbers.ToDouble(value) : null,
    };

    private static BigInteger? ToInteger(Value value, int radix)
    {
        if (value is StringValue { Text: var text } && PythonNumbers.TryParseInteger(text, radix, out var parsed))
        {
            return parsed;
        }

        if (PythonNumbers.TryGetInteger(value, out var integer))
        {
            return integer;
        }

        var real = ToFloat(value);
        if (value is FloatValue && real is { } infinite && double.IsInfinity(infinite))
        {
            throw Fault.Other("cannot convert float infinity to integer");
        }

        return real is { } number && double.IsFinite(number) ? new BigInteger(Math.Truncate(number)) : null;
    }

    private static Value Round(Invocation call)
    {
        var precision = call.Integer(0, 0);
        var method = call.String(1) ?? "common";
        if (method is not ("common" or "ceil" or "floor"))
        {
            throw Fault.Other("method must be common, ceil or floor");
        }

        if (!PythonNumbers.IsNumber(call.Subject))
        {
            throw Fault.Other($"type {call.Subject.TypeName} doesn't define __round__ method");
        }

        if (method == "common")
        {
            return call.Subject is FloatValue { Number: var real }
                ? new FloatValue(Rounding.HalfEven(real, precision))
                : new IntegerValue(Rounding.HalfEven(Integer(call.Subject), precision));
        }

        var scale = Arithmetic.Apply(
            call.Context, BinaryOperator.Power, new IntegerValue(10), new IntegerValue(precision));
        var scaled = PythonNumbers.ToDouble(
            Arithmetic.Apply(call.Context, BinaryOperator.Multiply, call.Subject, scale));
        if (!double.IsFinite(scaled))
        {
            throw Fault.Other("cannot convert float infinity or NaN to integer");
        }

        var whole = new IntegerValue(new BigInteger(method == "ceil" ? Math.Ceiling(scaled) : Math.Floor(scaled)));
        return Arithmetic.Apply(call.Context, BinaryOperator.Divide, whole, scale);
    }

    private static BigInteger Integer(Value value) =>
        PythonNumbers.TryGetInteger(value, out var number) ? number : BigInteger.Zero;

    private static StringValue FileSize(Invocation call)
    {
        var size = ToFloat(call.Subject)
            ?? throw Fault.Other($"could not convert {call.Subject} to a number of bytes");
        double @base = call.Flag(0) ? 1024 : 1000;
        if (size == 1)
        {
            return new StringValue("1 Byte");
        }

        if (size < @base)
        {
            return new StringValue($"{NumberFormat.Real(Math.Truncate(size), 'f', 0)} Bytes");
        }

        var units = call.Flag(0) ? BinaryUnits : DecimalUnits;
        var unit = @base * @base;
        var index = 0;
        for (; index < units.Length - 1 && size >= unit; index++)
        {
            unit *= @base;
        }

        return new StringValue($"{NumberFormat.Real(@base * size / unit, 'f', 1)} {units[index]}");
    }
}
