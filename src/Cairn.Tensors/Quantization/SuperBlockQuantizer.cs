using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// Quantises 256 values to a block. First every sub-block gets the step and the minimum that fit it best, as real
/// numbers. Then units are chosen of which all steps (d) and all minima (m) are whole multiples: several are estimated, the
/// best measured with the multiples moved to neighbours where that helps. Last, the units are fitted to what resulted.
/// </summary>
/// <typeparam name="TBlock">The block: its ranges are all that differs between formats.</typeparam>
/// <typeparam name="TFloats">Sub-blocks that are computed at once; the bytes do not depend on it.</typeparam>
internal readonly ref struct SuperBlockQuantizer<TBlock, TFloats>
    where TBlock : unmanaged, ISuperBlock<TBlock>
    where TFloats : unmanaged, IFloats<TFloats>
{
    private const int UnitCandidates = 24;
    private const int MeasuredUnits = 2;
    private const int CodeMoves = 2; // neighbours on either side
    private const int MinimumPasses = 2;

    private readonly ScaleSearch<TFloats, IntegerLevels> _search =
        new(new IntegerLevels(TBlock.LowestQuant, TBlock.HighestQuant), Rule, roundsToHalf: false);

    private readonly Span<TFloats> _runs;
    private readonly Span<Fit<TFloats>> _ideal;
    private readonly Span<Fit<TFloats>> _plain;
    private readonly Span<float> _lanes;

    private SuperBlockQuantizer(Span<TFloats> runs, Span<Fit<TFloats>> ideal, Span<float> lanes)
    {
        _runs = runs;
        _ideal = ideal[..Groups];
        _plain = ideal[Groups..];
        _lanes = lanes;
    }

    private static MinimumRule Rule => TBlock.HighestMinimum > 0 ? MinimumRule.NotNegative : MinimumRule.None;

    private static int SubBlocks => SuperBlock.Size / TBlock.SubBlockSize;

    private static int Groups => SubBlocks / TFloats.Count;

    private static int GroupSize => TBlock.SubBlockSize * TFloats.Count;

    /// <summary>Quantises.</summary>
    /// <param name="values">256 finite values.</param>
    /// <param name="weights">Weights of their squared errors, greater than zero.</param>
    /// <param name="block">Receives the quants and scales.</param>
    [SkipLocalsInit]
    public static void Apply(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, ref TBlock block)
    {
        Span<TFloats> runs = stackalloc TFloats[Groups * Runs<TFloats>.BufferLength(TBlock.SubBlockSize)];
        Span<TFloats> codes = stackalloc TFloats[4 * Groups];
        Span<Fit<TFloats>> fits = stackalloc Fit<TFloats>[4 * Groups];
        Span<float> lanes = stackalloc float[SubBlocks];
        var quantizer = new SuperBlockQuantizer<TBlock, TFloats>(runs, fits[(2 * Groups)..], lanes);
        var best = new SuperBlockChoice<TFloats>(codes[..(2 * Groups)], fits[..Groups]);
        var trial = new SuperBlockChoice<TFloats>(codes[(2 * Groups)..], fits[Groups..(2 * Groups)]);

        codes.Clear();
        quantizer.FitSubBlocks(values, weights);
        quantizer.Measure(ref best);
        quantizer.ChooseUnits(quantizer._ideal, ref trial, ref best);
        quantizer.ChooseUnits(quantizer._plain, ref trial, ref best);
        trial.Take(best);
        quantizer.FitUnits(ref trial);
        best.TakeBetter(trial);
        quantizer.MoveCodes(ref best);
        quantizer.Write(best, ref block);
    }

    private void FitSubBlocks(ReadOnlySpan<float> values, ReadOnlySpan<float> weights)
    {
        for (var g = 0; g < Groups; g++)
        {
            var runs = Group(g);
            runs.Load(values.Slice(g * GroupSize, GroupSize), weights.Slice(g * GroupSize, GroupSize));
            _plain[g] = _search.SearchOnce(runs);
            _ideal[g] = _search.Search(runs, _plain[g]);
        }
    }

    private void ChooseUnits(ReadOnlySpan<Fit<TFloats>> fits, ref SuperBlockChoice<TFloats> trial, ref SuperBlockChoice<TFloats> best)
    {
        var (step, minimum) = Extremes(fits);
        Span<float> memory = stackalloc float[2 * MeasuredUnits];
        var units = new ShortList(memory);
        var firstMinimumUnit = Rule == MinimumRule.None ? 0 : (float)(Half)(minimum / TBlock.HighestMinimum);
        for (var i = 0; i < UnitCandidates; i++)
        {
            AddUnit(fits, step / LargestCode(TBlock.HighestScale, i), firstMinimumUnit, ref units);
            if (TBlock.LowestScale < 0)
            {
                AddUnit(fits, step / LargestCode(TBlock.LowestScale, i), firstMinimumUnit, ref units);
            }
        }

        for (var k = 0; k < units.Count; k++)
        {
            trial.Unit = units[k];
            trial.MinimumUnit = Rule == MinimumRule.None ? 0 : BestMinimumUnit(fits, units[k], minimum);
            Encode(fits, ref trial);
            Measure(ref trial);
            MoveCodes(ref trial);
            best.TakeBetter(trial);
        }
    }

    // The code that the largest step or minimum gets: a whole number, from a little above the highest down to its half.
    private static float LargestCode(int highest, int candidate) =>
        MathF.Round(highest * (1 - (0.5f * (candidate - 2) / (UnitCandidates - 2))));

    private void AddUnit(ReadOnlySpan<Fit<TFloats>> fits, float unit, float minimumUnit, ref ShortList units)
    {
        unit = (float)(Half)unit;
        units.Add(unit, Estimate(fits, unit, minimumUnit));
    }

    private float BestMinimumUnit(ReadOnlySpan<Fit<TFloats>> fits, float unit, float minimum)
    {
        Span<float> memory = stackalloc float[2];
        var best = new ShortList(memory);
        for (var i = 0; i < UnitCandidates; i++)
        {
            var minimumUnit = (float)(Half)(minimum / LargestCode(TBlock.HighestMinimum, i));
            best.Add(minimumUnit, Estimate(fits, unit, minimumUnit));
        }

        return best[0];
    }

    // How much the error grows when steps and minima are rounded to multiples of the units and the levels stay.
    private float Estimate(ReadOnlySpan<Fit<TFloats>> fits, float unit, float minimumUnit)
    {
        for (var g = 0; g < Groups; g++)
        {
            var ideal = fits[g];
            var step = (StepCode(ideal.Step, unit) * TFloats.Create(unit)) - ideal.Step;
            var minimum = (MinimumCode(ideal.Minimum, minimumUnit) * TFloats.Create(minimumUnit)) - ideal.Minimum;
            var growth = (step * step * ideal.QQ) - (TFloats.Create(2) * step * minimum * ideal.Q)
                + (minimum * minimum * Group(g).WeightSum);
            TFloats.Store(growth, _lanes[(g * TFloats.Count)..]);
        }

        return LaneSum();
    }

    private static void Encode(ReadOnlySpan<Fit<TFloats>> fits, ref SuperBlockChoice<TFloats> choice)
    {
        for (var g = 0; g < Groups; g++)
        {
            choice.StepCodes[g] = StepCode(fits[g].Step, choice.Unit);
            choice.MinimumCodes[g] = MinimumCode(fits[g].Minimum, choice.MinimumUnit);
        }
    }

    private void Measure(ref SuperBlockChoice<TFloats> choice)
    {
        for (var g = 0; g < Groups; g++)
        {
            var step = choice.StepCodes[g] * TFloats.Create(choice.Unit);
            var minimum = choice.MinimumCodes[g] * TFloats.Create(choice.MinimumUnit);
            choice.Fits[g] = _search.Measure(Group(g), step, minimum);
        }

        choice.Error = ErrorSum(choice);
    }

    private void MoveCodes(ref SuperBlockChoice<TFloats> choice)
    {
        for (var g = 0; g < Groups; g++)
        {
            var first = choice.StepCodes[g];
            for (var move = -CodeMoves; move <= CodeMoves; move++)
            {
                var code = Clamp(first + TFloats.Create(move), TBlock.LowestScale, TBlock.HighestScale);
                if (Rule == MinimumRule.None)
                {
                    TryCodes(ref choice, g, code, choice.MinimumCodes[g]);
                }
                else
                {
                    // The minimum that suits the step, then once more for the levels that this one gives.
                    var step = code * TFloats.Create(choice.Unit);
                    var fit = choice.Fits[g];
                    for (var pass = 0; pass < MinimumPasses; pass++)
                    {
                        var minimum = _search.MinimumFor(Group(g), fit, step);
                        fit = TryCodes(ref choice, g, code, MinimumCode(minimum, choice.MinimumUnit));
                    }
                }
            }
        }

        choice.Error = ErrorSum(choice);
    }

    private Fit<TFloats> TryCodes(ref SuperBlockChoice<TFloats> choice, int g, TFloats code, TFloats minimumCode)
    {
        ref var fit = ref choice.Fits[g];
        var tried = _search.Measure(
            Group(g), code * TFloats.Create(choice.Unit), minimumCode * TFloats.Create(choice.MinimumUnit));
        choice.StepCodes[g] = TFloats.IfLess(tried.Error, fit.Error, code, choice.StepCodes[g]);
        choice.MinimumCodes[g] = TFloats.IfLess(tried.Error, fit.Error, minimumCode, choice.MinimumCodes[g]);
        fit.TakeBetter(tried);
        return tried;
    }

    // Least squares of x ≈ d·(s·q) − m·t over the block, for the codes and levels that stand.
    private void FitUnits(ref SuperBlockChoice<TFloats> choice)
    {
        var (ss, st, tt, xs, xt) = (0f, 0f, 0f, 0f, 0f);
        for (var g = 0; g < Groups; g++)
        {
            var (s, t, fit) = (choice.StepCodes[g], choice.MinimumCodes[g], choice.Fits[g]);
            ss = AddLanes(ss, s * s * fit.QQ);
            st = AddLanes(st, s * t * fit.Q);
            tt = AddLanes(tt, t * t * Group(g).WeightSum);
            xs = AddLanes(xs, s * fit.XQ);
            xt = AddLanes(xt, t * Group(g).ValueSum);
        }

        var determinant = ((double)ss * tt) - ((double)st * st);
        var hasMinimum = determinant > 1e-6 * ss * tt;
        var unit = hasMinimum ? (((double)xs * tt) - ((double)xt * st)) / determinant : (double)xs / ss;
        var minimumUnit = hasMinimum ? (((double)xs * st) - ((double)xt * ss)) / determinant : choice.MinimumUnit;
        (choice.Unit, choice.MinimumUnit) = ((float)(Half)unit, (float)(Half)minimumUnit);
        Measure(ref choice);
    }

    private void Write(in SuperBlockChoice<TFloats> choice, ref TBlock block)
    {
        Span<float> levels = stackalloc float[SuperBlock.Size];
        Span<int> scales = stackalloc int[SubBlocks];
        Span<int> minima = stackalloc int[SubBlocks];
        Span<sbyte> quants = stackalloc sbyte[SuperBlock.Size];
        for (var g = 0; g < Groups; g++)
        {
            _search.Store(Group(g), choice.Fits[g], levels[(g * GroupSize)..]);
        }

        for (var i = 0; i < quants.Length; i++)
        {
            quants[i] = (sbyte)levels[i];
        }

        ToIntegers(choice.StepCodes, scales);
        ToIntegers(choice.MinimumCodes, minima);
        TBlock.SetScales(ref block, (Half)choice.Unit, scales, (Half)choice.MinimumUnit, minima);
        TBlock.Pack(ref block, quants);
    }

    private void ToIntegers(ReadOnlySpan<TFloats> codes, Span<int> integers)
    {
        for (var g = 0; g < Groups; g++)
        {
            TFloats.Store(codes[g], _lanes[(g * TFloats.Count)..]);
        }

        for (var j = 0; j < integers.Length; j++)
        {
            integers[j] = (int)_lanes[j];
        }
    }

    private (float Step, float Minimum) Extremes(ReadOnlySpan<Fit<TFloats>> fits)
    {
        for (var g = 0; g < Groups; g++)
        {
            TFloats.Store(fits[g].Step, _lanes[(g * TFloats.Count)..]);
        }

        var step = BlockExtremes.LargestMagnitude(_lanes);
        for (var g = 0; g < Groups; g++)
        {
            TFloats.Store(fits[g].Minimum, _lanes[(g * TFloats.Count)..]);
        }

        return (step, BlockExtremes.LargestMagnitude(_lanes));
    }

    private float ErrorSum(in SuperBlockChoice<TFloats> choice)
    {
        for (var g = 0; g < Groups; g++)
        {
            TFloats.Store(choice.Fits[g].Error, _lanes[(g * TFloats.Count)..]);
        }

        return LaneSum();
    }

    // Sub-block after sub-block, so that the sum does not depend on the width.
    private float LaneSum()
    {
        var sum = 0f;
        foreach (var lane in _lanes)
        {
            sum += lane;
        }

        return sum;
    }

    private float AddLanes(float sum, TFloats value)
    {
        TFloats.Store(value, _lanes);
        foreach (var lane in _lanes[..TFloats.Count])
        {
            sum += lane;
        }

        return sum;
    }

    private Runs<TFloats> Group(int g)
    {
        var length = Runs<TFloats>.BufferLength(TBlock.SubBlockSize);
        return new Runs<TFloats>(_runs.Slice(g * length, length));
    }

    private static TFloats StepCode(TFloats step, float unit) => Code(step, unit, TBlock.LowestScale, TBlock.HighestScale);

    private static TFloats MinimumCode(TFloats minimum, float unit) => Code(minimum, unit, 0, TBlock.HighestMinimum);

    private static TFloats Code(TFloats value, float unit, int lowest, int highest) => unit == 0
        ? TFloats.Create(0)
        : Clamp(TFloats.Round(value / TFloats.Create(unit)), lowest, highest);

    private static TFloats Clamp(TFloats value, int lowest, int highest) =>
        TFloats.Min(TFloats.Max(value, TFloats.Create(lowest)), TFloats.Create(highest));
}
