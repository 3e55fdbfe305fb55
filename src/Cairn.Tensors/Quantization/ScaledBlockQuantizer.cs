using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>Quantises blocks of 32 with the f16 scale, and minimum where there is one, of least weighted squared error.</summary>
/// <typeparam name="TBlock">The block.</typeparam>
/// <typeparam name="TLevels">Its levels.</typeparam>
/// <typeparam name="TFloats">Blocks that are computed at once; the bytes do not depend on it.</typeparam>
internal static class ScaledBlockQuantizer<TBlock, TLevels, TFloats>
    where TBlock : unmanaged, IScaledBlock<TBlock, TLevels>
    where TLevels : struct, ILevels
    where TFloats : unmanaged, IFloats<TFloats>
{
    private const int Size = ScaledBlock.Size;

    private static int GroupSize => Size * TFloats.Count;

    /// <summary>Quantises.</summary>
    /// <param name="values">Finite values, whole blocks.</param>
    /// <param name="importance">Weight of each value's squared error, or nothing for equal ones.</param>
    /// <param name="blocks">Receives the blocks.</param>
    [SkipLocalsInit]
    public static void Apply(ReadOnlySpan<float> values, ReadOnlySpan<float> importance, Span<TBlock> blocks)
    {
        Span<TFloats> buffer = stackalloc TFloats[Runs<TFloats>.BufferLength(Size)];
        Span<float> group = stackalloc float[GroupSize];
        Span<float> weights = stackalloc float[GroupSize];
        weights.Fill(1);
        for (var start = 0; start < values.Length; start += GroupSize)
        {
            var length = Math.Min(GroupSize, values.Length - start);
            values.Slice(start, length).CopyTo(group);
            group[length..].Clear();
            for (var i = 0; i < length && !importance.IsEmpty; i += Size)
            {
                ImportanceWeights.Fill(importance.Slice(start + i, Size), weights.Slice(i, Size));
            }

            var runs = new Runs<TFloats>(buffer);
            runs.Load(group, weights);
            Quantize(runs, group, blocks.Slice(start / Size, length / Size));
        }
    }

    private static void Quantize(in Runs<TFloats> runs, Span<float> levels, Span<TBlock> blocks)
    {
        var rule = TBlock.HasMinimum ? MinimumRule.Free : MinimumRule.None;
        var search = new ScaleSearch<TFloats, TLevels>(TBlock.QuantLevels, rule, roundsToHalf: true);
        var fit = search.Search(runs, search.SearchOnce(runs));
        search.Store(runs, fit, levels);
        Span<float> steps = stackalloc float[TFloats.Count];
        Span<float> minima = stackalloc float[TFloats.Count];
        TFloats.Store(fit.Step, steps);
        TFloats.Store(fit.Minimum, minima);
        Span<byte> codes = stackalloc byte[Size];
        for (var b = 0; b < blocks.Length; b++)
        {
            for (var i = 0; i < Size; i++)
            {
                codes[i] = TBlock.QuantLevels.Code(levels[(b * Size) + i]);
            }

            var scale = HalfPrecision.ToHalf(steps[b], TBlock.Type);
            TBlock.Set(ref blocks[b], scale, HalfPrecision.ToHalf(0 - minima[b], TBlock.Type), codes);
        }
    }
}
