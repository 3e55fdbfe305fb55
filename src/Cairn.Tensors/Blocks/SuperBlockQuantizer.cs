namespace Cairn.Tensors;

/// <summary>
/// Rounds 256 values to a block: each sub-block takes its step and minimum from its extremes, those are rounded to
/// integers of one f16 each, and the quants are made with the rounded ones.
/// </summary>
internal static class SuperBlockQuantizer<TBlock>
    where TBlock : unmanaged, ISuperBlock<TBlock>
{
    private static int SubBlocks => SuperBlock.Size / TBlock.SubBlockSize;

    public static void Apply(ReadOnlySpan<float> values, ref TBlock block)
    {
        Span<float> steps = stackalloc float[SubBlocks];
        Span<float> minima = stackalloc float[SubBlocks];
        for (var j = 0; j < SubBlocks; j++)
        {
            (steps[j], minima[j]) = Extremes(values.Slice(j * TBlock.SubBlockSize, TBlock.SubBlockSize));
        }

        Span<int> stepCodes = stackalloc int[SubBlocks];
        Span<int> minimumCodes = stackalloc int[SubBlocks];
        var scale = Round(steps, TBlock.LowestScale, TBlock.HighestScale, stepCodes);
        var minimumScale = Round(minima, 0, TBlock.HighestMinimum, minimumCodes);
        TBlock.SetScales(ref block, scale, stepCodes, minimumScale, minimumCodes);
        Span<sbyte> quants = stackalloc sbyte[SuperBlock.Size];
        for (var i = 0; i < quants.Length; i++)
        {
            var step = TBlock.Step(block, i / TBlock.SubBlockSize);
            var value = values[i] + TBlock.Minimum(block, i / TBlock.SubBlockSize);
            var level = step == 0 ? 0 : MathF.Round(value / step);
            quants[i] = (sbyte)Math.Clamp(level, TBlock.LowestQuant, TBlock.HighestQuant);
        }

        TBlock.Pack(ref block, quants);
    }

    // Without minima the value of largest magnitude becomes the lowest quant, so that its sign decides the step's.
    private static (float Step, float Minimum) Extremes(ReadOnlySpan<float> values)
    {
        var (least, most) = (0f, 0f);
        foreach (var value in values)
        {
            least = MathF.Min(least, value);
            most = MathF.Max(most, value);
        }

        return TBlock.HighestMinimum > 0
            ? ((most - least) / TBlock.HighestQuant, -least)
            : ((-least > most ? least : most) / TBlock.LowestQuant, 0);
    }

    private static Half Round(ReadOnlySpan<float> numbers, int lowest, int highest, Span<int> codes)
    {
        var largest = 0f;
        foreach (var number in numbers)
        {
            largest = MathF.Abs(number) > MathF.Abs(largest) ? number : largest;
        }

        var unit = highest == 0 ? Half.Zero : (Half)(largest / highest);
        for (var j = 0; j < codes.Length; j++)
        {
            var code = unit == Half.Zero ? 0 : MathF.Round(numbers[j] / (float)unit);
            codes[j] = (int)Math.Clamp(code, lowest, highest);
        }

        return unit;
    }
}
