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
    /// The same in doubles: they hold the product exactly and 29 bits of the sum more than a float, so that a sum rounded
    /// to odd there rounds to the right float.
    /// </summary>
    /// <remarks>Boldo and Melquiond 2008, "Emulation of a FMA and correctly rounded sums", doi:10.1109/TC.2007.70819.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> WithDoubles(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.Narrow(
            AddToOdd(Vector128.WidenLower(a) * Vector128.WidenLower(b), Vector128.WidenLower(c)),
            AddToOdd(Vector128.WidenUpper(a) * Vector128.WidenUpper(b), Vector128.WidenUpper(c)));

    // x + y; where that is not exact, the neighbour whose last bit is 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
