using System.Globalization;
using System.Numerics;

namespace Cairn.Models.ChatTemplates.Values;

/// <summary>Numbers as Python compares, prints and parses them. Booleans, integers and floats are one family.</summary>
internal static class PythonNumbers
{
    public static bool IsNumber(Value value) => value is BooleanValue or IntegerValue or FloatValue;

    public static bool TryGetInteger(Value value, out BigInteger number)
    {
        number = value switch
        {
            IntegerValue integer => integer.Number,
            BooleanValue boolean => boolean.Number,
            _ => default,
        };
        return value is IntegerValue or BooleanValue;
    }

    /// <summary>The number as a double; an integer beyond its range fails.</summary>
    public static double ToDouble(Value value)
    {
        if (value is FloatValue real)
        {
            return real.Number;
        }

        TryGetInteger(value, out var integer);
        var number = (double)integer;
        return double.IsInfinity(number) ? throw Fault.Other("int too large to convert to float") : number;
    }

    public static bool Equal(Value left, Value right) => Compare(left, right) == 0;

    /// <summary>Sign of left − right; null when one is not a number or is NaN.</summary>
    public static int? Compare(Value left, Value right)
    {
        if (!IsNumber(left) || !IsNumber(right))
        {
            return null;
        }

        if (TryGetInteger(left, out var a) && TryGetInteger(right, out var b))
        {
            return a.CompareTo(b);
        }

        return (left, right) switch
        {
            (FloatValue x, FloatValue y) => CompareDoubles(x.Number, y.Number),
            (FloatValue x, _) => -CompareExactly(right, x.Number),
            _ => CompareExactly(left, ((FloatValue)right).Number),
        };
    }

    public static int Hash(Value number) => number is FloatValue real
        ? Math.Truncate(real.Number) == real.Number && double.IsFinite(real.Number)
            ? new BigInteger(real.Number).GetHashCode()
            : real.Number.GetHashCode()
        : TryGetInteger(number, out var integer) ? integer.GetHashCode() : 0;

    /// <summary>
    /// Python's <c>repr(float)</c>: the fewest digits that read back equal, with an exponent below 1e-4 and from 1e16.
    /// </summary>
    public static string Represent(double number)
    {
        if (double.IsNaN(number))
        {
            return "nan";
        }

        if (double.IsInfinity(number))
        {
            return number > 0 ? "inf" : "-inf";
        }

        // "E16" has the exponent but not the fewest digits; "R" has the digits in either notation.
        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        var sign = shortest.StartsWith('-') ? "-" : "";
        var (digits, exponent) = Split(shortest.AsSpan(sign.Length));
        if (exponent is < -4 or >= 16)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        if (exponent < 0)
        {
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        }

        var whole = digits.Length > exponent + 1 ? digits[..(exponent + 1)] : digits.PadRight(exponent + 1, '0');
        var rest = digits.Length > exponent + 1 ? digits[(exponent + 1)..] : "0";
        return $"{sign}{whole}.{rest}";
    }

    /// <summary>
    /// Python's <c>int(text, radix)</c>: blanks around, a sign, a prefix, underscores between digits.
    /// </summary>
    public static bool TryParseInteger(string text, int radix, out BigInteger number)
    {
        number = default;
        var digits = PythonText.Trim(text).ToString();
        var isNegative = digits.StartsWith('-');
        digits = isNegative || digits.StartsWith('+') ? digits[1..] : digits;
        digits = RemovePrefix(digits, radix).ToLowerInvariant();
        if (digits.Length is 0 or > IntegerValue.MaxDigits || digits.EndsWith('_') || digits.StartsWith('_') ||
            digits.Contains("__", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var c in digits)
        {
            var digit = char.IsDigit(c) ? (int)char.GetNumericValue(c) : c is >= 'a' and <= 'z' ? c - 'a' + 10 : 99;
            if (c != '_' && digit >= radix)
            {
                return false;
            }

            number = c == '_' ? number : (number * radix) + digit;
        }

        number = isNegative ? -number : number;
        return true;
    }

    /// <summary>Python's <c>float(text)</c>.</summary>
    public static bool TryParseFloat(string text, out double number)
    {
        var trimmed = PythonText.Trim(text).ToString().Replace("_", "", StringComparison.Ordinal);
        double? special = trimmed.ToLowerInvariant() switch
        {
            "inf" or "+inf" or "infinity" or "+infinity" => double.PositiveInfinity,
            "-inf" or "-infinity" => double.NegativeInfinity,
            "nan" or "+nan" or "-nan" => double.NaN,
            _ => null,
        };
        number = special.GetValueOrDefault();
        return special is not null ||
            (trimmed.Length > 0 && !char.IsLetter(trimmed[^1]) && double.TryParse(
                trimmed,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out number));
    }

    /// <summary>The value as a machine integer, clamped; null when it is no integer.</summary>
    public static int? ToClampedInt32(Value value) => TryGetInteger(value, out var number)
        ? (int)BigInteger.Max(BigInteger.Min(number, int.MaxValue), int.MinValue)
        : null;

    private static int? CompareDoubles(double a, double b) =>
        double.IsNaN(a) || double.IsNaN(b) ? null : a.CompareTo(b);

    private static int? CompareExactly(Value integer, double real)
    {
        TryGetInteger(integer, out var number);
        if (double.IsNaN(real))
        {
            return null;
        }

        if (double.IsInfinity(real))
        {
            return real > 0 ? -1 : 1;
        }

        var whole = new BigInteger(Math.Floor(real));
        var order = number.CompareTo(whole);
        return order == 0 && Math.Floor(real) != real ? -1 : order;
    }

    // Digits without leading and trailing zeros, and the decimal exponent of the first one.
    private static (string Digits, int Exponent) Split(ReadOnlySpan<char> text)
    {
        var mark = text.IndexOf('E');
        var exponent = mark < 0
            ? 0
            : int.Parse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = (mark < 0 ? text : text[..mark]).ToString();
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var wholeLength = point < 0 ? mantissa.Length : point;
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        if (digits.Length == 0)
        {
            return ("0", 0);
        }

        exponent += wholeLength - 1 - (all.Length - digits.Length);
        var trimmed = digits.TrimEnd('0');
        return (trimmed.Length == 0 ? "0" : trimmed, exponent);
    }

    private static string RemovePrefix(string digits, int radix)
    {
        var prefix = radix switch { 2 => "0b", 8 => "0o", 16 => "0x", _ => null };
        if (prefix is null || !digits.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        {
            return digits;
        }

        var rest = digits[2..];
        return rest.StartsWith('_') ? rest[1..] : rest;
    }
}
