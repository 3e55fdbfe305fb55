using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>a · b + c of floats, rounded once, also on processors that round twice: x86-64 before FMA.</summary>
internal static class FusedVector
{
    /// <summary>Four of them; a NaN may have other bits than <see cref="MathF.FusedMultiplyAdd"/> gives it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Fma.IsSupported || AdvSimd.IsSupported ? Vector128.FusedMultiplyAdd(a, b, c) : WithDoubles(a, b, c);

    /// <summary>
    /// The same in doubles, which hold the product exactly. Their sum is rounded, and rounding it again to a float is right
    /// unless it lies half-way between two floats.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // kernels would outgrow what the compiler inlines at all
    public static Vector128<float> WithDoubles(Vector128<float> a, Vector128<float> b, Vector128<float> c)
    {
        var low = (Vector128.WidenLower(a) * Vector128.WidenLower(b)) + Vector128.WidenLower(c);
        var high = (Vector128.WidenUpper(a) * Vector128.WidenUpper(b)) + Vector128.WidenUpper(c);
        return (MayRoundTwice(low) | MayRoundTwice(high)) == Vector128<long>.Zero
            ? Vector128.Narrow(low, high)
            : ByWayOfOdd(a, b, c);
    }

    // Half-way between floats, or so small that floats lie farther apart than their bits say.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<long> MayRoundTwice(Vector128<double> sum)
    {
        const long SurplusBits = 0x1FFF_FFFF; // of a double's mantissa over a float's
        const double SmallestNormal = 1.1754943508222875e-38; // 2^−126
        var isHalfWay = Vector128.Equals(
            sum.AsInt64() & Vector128.Create(SurplusBits), Vector128.Create((SurplusBits + 1) / 2));
        return isHalfWay | Vector128.LessThan(Vector128.Abs(sum), Vector128.Create(SmallestNormal)).AsInt64();
    }

    // A sum rounded to odd in doubles rounds to the right float: Boldo and Melquiond 2008, "Emulation of a FMA and
    // correctly rounded sums", doi:10.1109/TC.2007.70819.
    private static Vector128<float> ByWayOfOdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.Narrow(
            AddToOdd(Vector128.WidenLower(a) * Vector128.WidenLower(b), Vector128.WidenLower(c)),
            AddToOdd(Vector128.WidenUpper(a) * Vector128.WidenUpper(b), Vector128.WidenUpper(c)));

    // x + y; where that is not exact, the neighbour whose last bit is 1.
    private static Vector128<double> AddToOdd(Vector128<double> x, Vector128<double> y)
    {
        var sum = x + y;
        var yPart = sum - x;
        var error = (x - (sum - yPart)) + (y - yPart); // Knuth's exact rest; NaN where the sum is not finite
        var isInexact = (Vector128.LessThan(error, default) | Vector128.GreaterThan(error, default)).AsInt64();
        var isEven = Vector128.Equals(sum.AsInt64() & Vector128<long>.One, Vector128<long>.Zero);

        // The next double away from zero has the next bits: there if the rest has the sign of the sum.
        var isBelow = Vector128.LessThan(error.AsInt64() ^ sum.AsInt64(), Vector128<long>.Zero);
        var step = isBelow | Vector128<long>.One;
        return (sum.AsInt64() + (step & isInexact & isEven)).AsDouble();
    }
}
