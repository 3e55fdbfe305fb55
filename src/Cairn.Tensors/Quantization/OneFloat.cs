namespace Cairn.Tensors;

/// <summary>A single float: the scalar form of <see cref="IFloats{TSelf}"/>.</summary>
internal readonly struct OneFloat(float value) : IFloats<OneFloat>
{
    private readonly float _value = value;

    public static int Count => 1;

    public static OneFloat Create(float value) => new(value);

    public static OneFloat Gather(ReadOnlySpan<float> source, int stride) => new(source[0]);

    public static void Store(OneFloat value, Span<float> target) => target[0] = value._value;

    public static OneFloat operator +(OneFloat a, OneFloat b) => new(a._value + b._value);

    public static OneFloat operator -(OneFloat a, OneFloat b) => new(a._value - b._value);

    public static OneFloat operator *(OneFloat a, OneFloat b) => new(a._value * b._value);

    public static OneFloat operator /(OneFloat a, OneFloat b) => new(a._value / b._value);

    public static OneFloat Round(OneFloat value) => new(MathF.Round(value._value));

    public static OneFloat Min(OneFloat a, OneFloat b) => new(a._value < b._value ? a._value : b._value);

    public static OneFloat Max(OneFloat a, OneFloat b) => new(a._value > b._value ? a._value : b._value);

    public static OneFloat Abs(OneFloat value) => new(MathF.Abs(value._value));

    public static OneFloat IfLess(OneFloat a, OneFloat b, OneFloat then, OneFloat otherwise) =>
        a._value < b._value ? then : otherwise;
}
