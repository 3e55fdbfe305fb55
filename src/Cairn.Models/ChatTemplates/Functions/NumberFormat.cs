using System.Globalization;
using System.Numerics;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>Numbers as C's <c>printf</c> writes them.</summary>
internal static class NumberFormat
{
    private const int MaxPrecision = 1000;

    /// <summary>
    /// Digits in base 10 (<c>d</c>), 16 (<c>x X</c>), 8 (<c>o</c>) or 2 (<c>b</c>), at least
    /// <paramref name="precision"/>.
    /// </summary>
    public static string Integer(BigInteger number, char conversion, int? precision)
    {
        var magnitude = BigInteger.Abs(number);
        var digits = conversion switch
        {
            'd' => magnitude.ToString(CultureInfo.InvariantCulture),
            'x' => Radix(magnitude, 4),
            'X' => Radix(magnitude, 4).ToUpperInvariant(),
            'o' => Radix(magnitude, 3),
            _ => Radix(magnitude, 1),
        };
        return (number.Sign < 0 ? "-" : "") + digits.PadLeft(Math.Min(precision ?? 0, MaxPrecision), '0');
    }

    /// <summary>
    /// Fixed (<c>f</c>), with exponent (<c>e</c>), or the shorter of both (<c>g</c>); upper case for capital letters.
    /// </summary>
    public static string Real(double number, char conversion, int precision)
    {
        if (!double.IsFinite(number))
        {
            var name = PythonNumbers.Represent(number);
            return char.IsUpper(conversion) ? name.ToUpperInvariant() : name;
        }

        if (precision > MaxPrecision)
        {
            throw Fault.Limit($"A precision of {precision} digits is more than {MaxPrecision}.");
        }

        var text = char.ToLowerInvariant(conversion) switch
        {
            'f' => number.ToString("F" + precision, CultureInfo.InvariantCulture),
            'e' => Exponent(number, precision),
            _ => General(number, Math.Max(precision, 1)),
        };
        return char.IsUpper(conversion) ? text.ToUpperInvariant() : text;
    }

    private static string Exponent(double number, int precision)
    {
        var text = number.ToString("E" + precision, CultureInfo.InvariantCulture);
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = ParseExponent(text.AsSpan(mark + 1));
        return $"{text[..mark]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    private static string General(double number, int precision)
    {
        var scientific = Exponent(number, precision - 1);
        var mark = scientific.IndexOf('e', StringComparison.Ordinal);
        var exponent = ParseExponent(scientific.AsSpan(mark + 1));
        return exponent < -4 || exponent >= precision
            ? TrimZeros(scientific[..mark]) + scientific[mark..]
            : TrimZeros(number.ToString("F" + (precision - 1 - exponent), CultureInfo.InvariantCulture));
    }

    private static int ParseExponent(ReadOnlySpan<char> text) =>
        int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static string TrimZeros(string digits) =>
        digits.Contains('.', StringComparison.Ordinal) ? digits.TrimEnd('0').TrimEnd('.') : digits;

    private static string Radix(BigInteger magnitude, int bits)
    {
        if (magnitude.IsZero)
        {
            return "0";
        }

        var digits = new Stack<char>();
        for (; !magnitude.IsZero; magnitude >>= bits)
        {
            digits.Push("0123456789abcdef"[(int)(magnitude & ((1 << bits) - 1))]);
        }

        return string.Concat(digits);
    }
}
