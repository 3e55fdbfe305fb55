using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>Sixteen floats side by side, on any processor with 512-bit vectors.</summary>
internal readonly struct SixteenFloats(Vector512<float> value) : IFloats<SixteenFloats>
{
    private readonly Vector512<float> _value = value;

    /// <summary>Whether the processor computes sixteen floats at once.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated;

    public static int Count => Vector512<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenFloats Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenFloats Gather(ReadOnlySpan<float> source, int stride)
    {
        Span<float> lanes = stackalloc float[Vector512<float>.Count];
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            lanes[lane] = source[lane * stride];
        }

        return new(Vector512.Create<float>(lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(SixteenFloats value, Span<float> target) => value._value.CopyTo(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenFloats operator +(SixteenFloats a, SixteenFloats b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenFloats operator -(SixteenFloats a, SixteenFloats b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenFloats operator *(SixteenFloats a, SixteenFloats b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenFloats operator /(SixteenFloats a, SixteenFloats b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenFloats Round(SixteenFloats value) => new(Vector512.Round(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenFloats Min(SixteenFloats a, SixteenFloats b) => new(Vector512.MinNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenFloats Max(SixteenFloats a, SixteenFloats b) => new(Vector512.MaxNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenFloats Abs(SixteenFloats value) => new(Vector512.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenFloats IfLess(SixteenFloats a, SixteenFloats b, SixteenFloats then, SixteenFloats otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(a._value, b._value), then._value, otherwise._value));
}
