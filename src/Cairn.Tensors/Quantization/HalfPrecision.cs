using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>Rounds floats to numbers that f16 holds.</summary>
internal static class HalfPrecision
{
    /// <summary>The largest f16 number.</summary>
    public const float Largest = 65504;

    private const float SmallestNormal = 6.103515625e-5f; // 2^−14

    /// <summary>A nearest f16 number, of two that are as near either; above the largest, a number that f16 lacks.</summary>
    /// <remarks>
    /// A float has 13 more bits than an f16: (2^13 + 1)·x less what it exceeds x by keeps the upper 11 (Veltkamp). Below
    /// 2^−14 the f16 numbers are the multiples of 2^−24, as the floats from 0.5 to 1 are: adding 0.75 rounds to one.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Round<TFloats>(TFloats value)
        where TFloats : unmanaged, IFloats<TFloats>
    {
        var split = value * TFloats.Create(8193);
        var normal = split - (split - value);
        var subnormal = value + TFloats.Create(0.75f) - TFloats.Create(0.75f);
        return TFloats.IfLess(TFloats.Abs(value), TFloats.Create(SmallestNormal), subnormal, normal);
    }

    /// <summary>The f16 number nearest to a scale or a minimum.</summary>
    /// <exception cref="ArgumentException">It is above <see cref="Largest"/>.</exception>
    public static Half ToHalf(float value, GgmlType type)
    {
        var half = (Half)value;
        return Half.IsFinite(half)
            ? half
            : throw new ArgumentException(
                $"A block of these values needs the {type} scale or minimum {value}; it is an f16, up to {Largest:N0}.");
    }
}
