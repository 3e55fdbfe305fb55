using System.Numerics;
using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Parsing;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Evaluation;

/// <summary>
/// Python's arithmetic: <c>/</c> is always real, <c>//</c> and <c>%</c> round toward minus infinity, <c>+</c> joins
/// texts and lists but never a text and a number.
/// </summary>
internal static class Arithmetic
{
    public static Value Apply(RenderContext context, BinaryOperator @operator, Value left, Value right)
    {
        if (PythonNumbers.IsNumber(left) && PythonNumbers.IsNumber(right))
        {
            return left is FloatValue || right is FloatValue
                ? ApplyReal(@operator, PythonNumbers.ToDouble(left), PythonNumbers.ToDouble(right))
                : ApplyInteger(@operator, Integer(left), Integer(right));
        }

        var result = @operator switch
        {
            BinaryOperator.Add => Add(context, left, right),
            BinaryOperator.Multiply => Repeat(context, left, right) ?? Repeat(context, right, left),
            BinaryOperator.Modulo when left is StringValue format => PercentFormat.Apply(context, format, right),
            _ => null,
        };
        return context.Charge(result ?? throw Unsupported(@operator, left, right));
    }

    public static Value Negate(Value operand) => operand switch
    {
        FloatValue real => new FloatValue(-real.Number),
        UndefinedValue undefined => throw undefined.Fail(),
        _ => PythonNumbers.TryGetInteger(operand, out var number)
            ? new IntegerValue(-number)
            : throw Fault.Other($"bad operand type for unary -: '{operand.TypeName}'"),
    };

    public static Value Plus(Value operand) => operand switch
    {
        FloatValue real => real,
        UndefinedValue undefined => throw undefined.Fail(),
        _ => PythonNumbers.TryGetInteger(operand, out var number)
            ? new IntegerValue(number)
            : throw Fault.Other($"bad operand type for unary +: '{operand.TypeName}'"),
    };

    private static BigInteger Integer(Value value)
    {
        PythonNumbers.TryGetInteger(value, out var number);
        return number;
    }

    private static Value ApplyInteger(BinaryOperator @operator, BigInteger a, BigInteger b)
    {
        if (b.IsZero && IsDivision(@operator))
        {
            throw Fault.Other("division by zero");
        }

        switch (@operator)
        {
            case BinaryOperator.Add: return new IntegerValue(a + b);
            case BinaryOperator.Subtract: return new IntegerValue(a - b);
            case BinaryOperator.Multiply: return new IntegerValue(a * b);
            case BinaryOperator.Divide: return new FloatValue(Ratio(a, b));
            case BinaryOperator.Power: return Power(a, b);
            default:
                var quotient = BigInteger.DivRem(a, b, out var remainder);
                if (!remainder.IsZero && remainder.Sign != b.Sign)
                {
                    quotient -= 1;
                    remainder += b;
                }

                return new IntegerValue(@operator == BinaryOperator.FloorDivide ? quotient : remainder);
        }
    }

    private static bool IsDivision(BinaryOperator @operator) =>
        @operator is BinaryOperator.Divide or BinaryOperator.FloorDivide or BinaryOperator.Modulo;

    private static double Ratio(BigInteger a, BigInteger b)
    {
        var ratio = (double)a / (double)b;
        return double.IsFinite(ratio) ? ratio : throw Fault.Other("integer division result too large for a float");
    }

    private static Value Power(BigInteger a, BigInteger b)
    {
        if (b.Sign < 0)
        {
            return ApplyReal(BinaryOperator.Power, (double)a, (double)b);
        }

        if (a.IsZero || a.IsOne || a == BigInteger.MinusOne)
        {
            return new IntegerValue(b.IsZero ? BigInteger.One : a.IsZero || a.IsOne || !b.IsEven ? a : BigInteger.One);
        }

        var bits = b * (a.GetBitLength() - 1);
        return bits > 20_000
            ? throw Fault.Limit($"An integer has more than {IntegerValue.MaxDigits} digits.")
            : new IntegerValue(BigInteger.Pow(a, (int)b));
    }

    private static FloatValue ApplyReal(BinaryOperator @operator, double a, double b)
    {
        if (b == 0 && IsDivision(@operator))
        {
            throw Fault.Other(
                @operator == BinaryOperator.Divide ? "float division by zero" : "float floor division by zero");
        }

        return new FloatValue(@operator switch
        {
            BinaryOperator.Add => a + b,
            BinaryOperator.Subtract => a - b,
            BinaryOperator.Multiply => a * b,
            BinaryOperator.Divide => a / b,
            BinaryOperator.Power => RealPower(a, b),
            BinaryOperator.FloorDivide => DivideFloor(a, b).Quotient,
            _ => DivideFloor(a, b).Remainder,
        });
    }

    private static double RealPower(double a, double b)
    {
        if (a == 0 && b < 0)
        {
            throw Fault.Other("0.0 cannot be raised to a negative power");
        }

        var power = Math.Pow(a, b);
        return double.IsNaN(power) && !double.IsNaN(a) && !double.IsNaN(b)
            ? throw Fault.Other("complex numbers are not supported")
            : double.IsInfinity(power) && double.IsFinite(a) && double.IsFinite(b)
                ? throw Fault.Other("(34, 'Numerical result out of range')")
                : power;
    }

    // CPython's float_divmod: the remainder has the divisor's sign, the quotient is a whole number.
    private static (double Quotient, double Remainder) DivideFloor(double a, double b)
    {
        var remainder = a % b;
        var quotient = (a - remainder) / b;
        if (remainder != 0)
        {
            if (b < 0 != remainder < 0)
            {
                remainder += b;
                quotient -= 1;
            }
        }
        else
        {
            remainder = Math.CopySign(0, b);
        }

        if (quotient == 0)
        {
            return (Math.CopySign(0, a / b), remainder);
        }

        var floor = Math.Floor(quotient);
        return (quotient - floor > 0.5 ? floor + 1 : floor, remainder);
    }

    private static Value? Add(RenderContext context, Value left, Value right)
    {
        switch (left, right)
        {
            case (StringValue a, StringValue b):
                context.CheckLength((long)a.Text.Length + b.Text.Length);
                return Markup.Join(a, b);
            case (SequenceValue a, SequenceValue b) when a.TypeName == b.TypeName:
                context.CheckCount((long)a.Elements.Count + b.Elements.Count);
                return a.With([.. a.Elements, .. b.Elements]);
            case (UndefinedValue undefined, _): throw undefined.Fail();
            case (_, UndefinedValue undefined): throw undefined.Fail();
            case (StringValue or SequenceValue, _):
                var name = left is StringValue ? "str" : left.TypeName;
                throw Fault.Other($"can only concatenate {name} (not \"{right.TypeName}\") to {name}");
            default: return null;
        }
    }

    private static Value? Repeat(RenderContext context, Value what, Value times)
    {
        if (!PythonNumbers.TryGetInteger(times, out var number) || what is not (StringValue or SequenceValue))
        {
            return null;
        }

        var count = number.Sign <= 0 ? 0 : number > int.MaxValue ? int.MaxValue : (int)number;
        if (what is StringValue text)
        {
            var result = context.NewText().AppendRepeated(text.Text, count);
            return new StringValue(result.ToString(), text.IsMarkup);
        }

        var sequence = (SequenceValue)what;
        context.CheckCount((long)sequence.Elements.Count * count);
        List<Value> items = [];
        for (var i = 0; i < count && sequence.Elements.Count > 0; i++)
        {
            items.AddRange(sequence.Elements);
        }

        return sequence.With(items);
    }

    private static ChatTemplateException Unsupported(BinaryOperator @operator, Value left, Value right)
    {
        if (left is UndefinedValue || right is UndefinedValue)
        {
            return ((left as UndefinedValue) ?? (UndefinedValue)right).Fail();
        }

        var symbol = @operator switch
        {
            BinaryOperator.Add => "+",
            BinaryOperator.Subtract => "-",
            BinaryOperator.Multiply => "*",
            BinaryOperator.Divide => "/",
            BinaryOperator.FloorDivide => "//",
            BinaryOperator.Modulo => "%",
            _ => "** or pow()",
        };
        return Fault.Other($"unsupported operand type(s) for {symbol}: '{left.TypeName}' and '{right.TypeName}'");
    }
}
