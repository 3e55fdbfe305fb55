using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>e^x of a vector in float32, for the element-wise functions; the framework's goes through double.</summary>
/// <remarks>
/// x = n·ln 2 + r with |r| ≤ ln 2 / 2, then e^r = 1 + r + r²·q(r) with our own q of degree 4 (relative error below 2e-8
/// before rounding, below 2e-7 with it) and 2^n through the exponent. Infinity above 88.37, no less than 1.2e-38
/// below −87.33; NaN stays NaN.
/// </remarks>
internal static class Exponential
{
    private const float Largest = 88.37f; // n stays at 127
    private const float Smallest = -87.33f; // n stays at −126
    private const float Magic = 12582912f; // 1.5 · 2^23: adding it rounds to an integer
    private const int MantissaBits = 23;
    private const int One = 0x3F800000;

    /// <summary>e^x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Of(Vector<float> x)
    {
        // The operand that may be NaN comes second: these return it then.
        var bounded = Vector.MaxNative(
            new Vector<float>(Smallest), Vector.MinNative(new Vector<float>(Largest), x));
        var shifted = Vector.MultiplyAddEstimate(bounded, new Vector<float>(1.44269504f), new Vector<float>(Magic));
        var n = shifted - new Vector<float>(Magic);
        var r = Vector.MultiplyAddEstimate(n, new Vector<float>(-0.693359375f), bounded); // ln 2 in two parts
        r = Vector.MultiplyAddEstimate(n, new Vector<float>(2.12194440e-4f), r);
        var y = new Vector<float>(0.001392625f);
        y = Vector.MultiplyAddEstimate(y, r, new Vector<float>(0.008363233f));
        y = Vector.MultiplyAddEstimate(y, r, new Vector<float>(0.041666552f));
        y = Vector.MultiplyAddEstimate(y, r, new Vector<float>(0.16666576f));
        y = Vector.MultiplyAddEstimate(y, r, new Vector<float>(0.5f));
        y = Vector.MultiplyAddEstimate(y, r, Vector<float>.One);
        y = Vector.MultiplyAddEstimate(y, r, Vector<float>.One);
        var power = Vector.AsVectorSingle(
            Vector.ShiftLeft(Vector.AsVectorInt32(shifted), MantissaBits) + new Vector<int>(One));
        return Vector.ConditionalSelect(
            Vector.GreaterThan(x, new Vector<float>(Largest)), new Vector<float>(float.PositiveInfinity), y * power);
    }
}
