namespace Cairn.Tensors;

/// <summary>The values of a block that its scale is made from.</summary>
internal static class BlockExtremes
{
    /// <summary>The value of largest magnitude, with its sign; the first of several; 0 for no values.</summary>
    public static float LargestMagnitude(ReadOnlySpan<float> values)
    {
        var largest = 0f;
        foreach (var value in values)
        {
            if (MathF.Abs(value) > MathF.Abs(largest))
            {
                largest = value;
            }
        }

        return largest;
    }

    /// <summary>The smallest and the largest value.</summary>
    public static (float Minimum, float Maximum) Range(ReadOnlySpan<float> values)
    {
        var minimum = float.MaxValue;
        var maximum = float.MinValue;
        foreach (var value in values)
        {
            minimum = MathF.Min(minimum, value);
            maximum = MathF.Max(maximum, value);
        }

        return (minimum, maximum);
    }
}
