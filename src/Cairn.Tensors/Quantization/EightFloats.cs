using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>Eight floats side by side, on any processor with 256-bit vectors.</summary>
internal readonly struct EightFloats(Vector256<float> value) : IFloats<EightFloats>
{
    private readonly Vector256<float> _value = value;

    /// <summary>Whether the processor computes eight floats at once.</summary>
    public static bool IsSupported => Vector256.IsHardwareAccelerated;

    public static int Count => Vector256<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightFloats Create(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightFloats Gather(ReadOnlySpan<float> source, int stride) => new(Vector256.Create(
        source[0],
        source[stride],
        source[2 * stride],
        source[3 * stride],
        source[4 * stride],
        source[5 * stride],
        source[6 * stride],
        source[7 * stride]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(EightFloats value, Span<float> target) => value._value.CopyTo(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightFloats operator +(EightFloats a, EightFloats b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightFloats operator -(EightFloats a, EightFloats b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightFloats operator *(EightFloats a, EightFloats b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightFloats operator /(EightFloats a, EightFloats b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightFloats Round(EightFloats value) => new(Vector256.Round(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightFloats Min(EightFloats a, EightFloats b) => new(Vector256.MinNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightFloats Max(EightFloats a, EightFloats b) => new(Vector256.MaxNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightFloats Abs(EightFloats value) => new(Vector256.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightFloats IfLess(EightFloats a, EightFloats b, EightFloats then, EightFloats otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(a._value, b._value), then._value, otherwise._value));
}
