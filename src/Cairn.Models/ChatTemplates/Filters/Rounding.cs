using System.Globalization;
using System.Numerics;

namespace Cairn.Models.ChatTemplates.Filters;

/// <summary>
/// Python's <c>round</c>: to the nearest, and of two equally near to the even one, judged on exact values.
/// </summary>
internal static class Rounding
{
    private const int MaxPrecision = 340;

    /// <summary>Rounds to a number of decimals, which may be negative.</summary>
    public static double HalfEven(double number, int decimals)
    {
        if (!double.IsFinite(number) || number == 0 || decimals > MaxPrecision)
        {
            return number;
        }

        if (decimals < -MaxPrecision)
        {
            return Math.CopySign(0, number);
        }

        // number = mantissa · 2^exponent exactly; number · 10^decimals = numerator / denominator.
        var bits = BitConverter.DoubleToInt64Bits(number);
        var biased = (int)((bits >> 52) & 0x7FF);
        var mantissa = bits & 0xF_FFFF_FFFF_FFFF;
        BigInteger numerator = biased == 0 ? mantissa : mantissa | (1L << 52);
        var exponent = Math.Max(biased, 1) - 1075;
        var denominator = BigInteger.One;
        numerator <<= Math.Max(exponent, 0);
        denominator <<= Math.Max(-exponent, 0);
        numerator *= BigInteger.Pow(10, Math.Max(decimals, 0));
        denominator *= BigInteger.Pow(10, Math.Max(-decimals, 0));

        var digits = Divide(numerator, denominator).ToString(CultureInfo.InvariantCulture);
        var sign = bits < 0 ? "-" : "";
        return double.Parse($"{sign}{digits}e{-decimals}", NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>Rounds an integer: nothing to do unless the number of decimals is negative.</summary>
    public static BigInteger HalfEven(BigInteger number, int decimals)
    {
        if (decimals >= 0)
        {
            return number;
        }

        if (decimals < -5000)
        {
            return BigInteger.Zero;
        }

        var unit = BigInteger.Pow(10, -decimals);
        return Divide(BigInteger.Abs(number), unit) * unit * number.Sign;
    }

    private static BigInteger Divide(BigInteger numerator, BigInteger denominator)
    {
        var quotient = BigInteger.DivRem(numerator, denominator, out var remainder);
        var order = (remainder * 2).CompareTo(denominator);
        return order > 0 || (order == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }
}
