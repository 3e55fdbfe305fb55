using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// Finds step and minimum of x ≈ step · q − minimum, q on given levels, that make Σ w·(x − (step · q − minimum))² small:
/// from several starts the nearest levels are taken, then the least squares step and minimum for these levels, and again.
/// </summary>
/// <typeparam name="TFloats">Runs that are searched at once, one a lane.</typeparam>
/// <typeparam name="TLevels">Levels of the format.</typeparam>
/// <remarks>Lloyd's alternation (1982, least squares quantisation) with weights. Every figure is measured, never extrapolated.</remarks>
internal readonly struct ScaleSearch<TFloats, TLevels>(TLevels levels, MinimumRule rule, bool roundsToHalf)
    where TFloats : unmanaged, IFloats<TFloats>
    where TLevels : struct, ILevels
{
    // A step below this is none: its reciprocal would overflow.
    private const float SmallestStep = 1e-36f;

    private const int Passes = 4;

    // Starts. First the extremes on the outermost levels, so that this one stays where others are only as good.
    // Without minimum: the extreme, over the outermost level of either sign. With one: what is cut off the range at its
    // lower and at its upper end.
    private static ReadOnlySpan<float> Reach => [1, 1.0667f, 0.9333f, 1.1333f, 0.8667f, 1.2f, 0.8f];

    private static ReadOnlySpan<float> LowCut =>
        [0, 0.03f, -0.03f, 0, 0.15f, 0.1f, 0, 0.06f, 0.05f, -0.05f, 0.2f, 0.25f, 0, -0.1f, 0.1f];

    private static ReadOnlySpan<float> HighCut =>
        [0, 0.03f, -0.03f, 0.15f, 0, 0.1f, 0.06f, 0, -0.05f, 0.05f, 0.2f, 0, 0.25f, 0.1f, -0.1f];

    /// <summary>The fit that one descent from the extremes leads to.</summary>
    public Fit<TFloats> SearchOnce(in Runs<TFloats> runs)
    {
        var best = Measure(runs, TFloats.Create(0), TFloats.Create(0));
        Start(runs, 0, ref best);
        return best;
    }

    /// <summary>The best fit of each run.</summary>
    /// <param name="runs">Values and weights.</param>
    /// <param name="once">What <see cref="SearchOnce"/> gave.</param>
    public Fit<TFloats> Search(in Runs<TFloats> runs, in Fit<TFloats> once)
    {
        var best = once;
        for (var start = 1; start < (rule == MinimumRule.None ? Reach : LowCut).Length; start++)
        {
            Start(runs, start, ref best);
        }

        return best;
    }

    /// <summary>The error of a step and a minimum with the nearest levels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Fit<TFloats> Measure(in Runs<TFloats> runs, TFloats step, TFloats minimum)
    {
        var zero = TFloats.Create(0);
        var inverse = Inverse(step);
        var (error, sumQ, sumQQ, sumXQ) = (zero, zero, zero, zero);
        var values = runs.Values;
        var weights = runs.Weights;
        for (var i = 0; i < values.Length; i++)
        {
            var (x, w) = (values[i], weights[i]);
            var q = levels.Nearest((x + minimum) * inverse);
            var difference = x - ((step * q) - minimum);
            var weighted = w * q;
            error += w * difference * difference;
            sumQ += weighted;
            sumQQ += weighted * q;
            sumXQ += weighted * x;
        }

        return new Fit<TFloats> { Step = step, Minimum = minimum, Error = error, Q = sumQ, QQ = sumQQ, XQ = sumXQ };
    }

    /// <summary>Writes the levels of one fit, run after run.</summary>
    public void Store(in Runs<TFloats> runs, in Fit<TFloats> fit, Span<float> target)
    {
        var inverse = Inverse(fit.Step);
        Span<float> lanes = stackalloc float[TFloats.Count];
        for (var i = 0; i < runs.Values.Length; i++)
        {
            TFloats.Store(levels.Nearest((runs.Values[i] + fit.Minimum) * inverse), lanes);
            for (var lane = 0; lane < lanes.Length; lane++)
            {
                target[(lane * runs.Values.Length) + i] = lanes[lane];
            }
        }
    }

    /// <summary>The least squares minimum for the levels of a fit if the step is given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloats MinimumFor(in Runs<TFloats> runs, in Fit<TFloats> fit, TFloats step) =>
        Allowed(((step * fit.Q) - runs.ValueSum) / runs.WeightSum);

    private void Start(in Runs<TFloats> runs, int start, ref Fit<TFloats> best)
    {
        var zero = TFloats.Create(0);
        if (rule == MinimumRule.None)
        {
            Descend(runs, runs.Extreme / TFloats.Create(levels.Lowest * Reach[start]), zero, ref best);
            Descend(runs, runs.Extreme / TFloats.Create(levels.Highest * Reach[start]), zero, ref best);
            return;
        }

        // The step follows from the minimum as it will be stored: so equal values are met whatever that rounds to.
        var least = rule == MinimumRule.NotNegative ? TFloats.Min(runs.Least, zero) : runs.Least;
        var range = runs.Most - least;
        var minimum = Rounded(Allowed(zero - least - (range * TFloats.Create(LowCut[start]))));
        var most = runs.Most - (range * TFloats.Create(HighCut[start]));
        Descend(runs, (most + minimum) / TFloats.Create(levels.Highest), minimum, ref best);
    }

    private void Descend(in Runs<TFloats> runs, TFloats step, TFloats minimum, ref Fit<TFloats> best)
    {
        var fit = Measure(runs, Rounded(step), Rounded(minimum));
        best.TakeBetter(fit);
        for (var pass = 0; pass < Passes; pass++)
        {
            step = StepFor(runs, fit);
            minimum = rule == MinimumRule.None ? minimum : MinimumFor(runs, fit, step);
            if (rule == MinimumRule.NotNegative)
            {
                // Where the minimum had to be cut to zero, the step is best without one.
                step = TFloats.IfLess(TFloats.Create(0), minimum, step, Quotient(fit.XQ, fit.QQ));
            }

            fit = Measure(runs, Rounded(step), Rounded(minimum));
            best.TakeBetter(fit);
        }
    }

    private TFloats StepFor(in Runs<TFloats> runs, in Fit<TFloats> fit)
    {
        if (rule == MinimumRule.None)
        {
            return Quotient(fit.XQ, fit.QQ);
        }

        var determinant = (runs.WeightSum * fit.QQ) - (fit.Q * fit.Q);
        return Quotient((runs.WeightSum * fit.XQ) - (runs.ValueSum * fit.Q), determinant);
    }

    private TFloats Allowed(TFloats minimum) =>
        rule == MinimumRule.NotNegative ? TFloats.Max(minimum, TFloats.Create(0)) : minimum;

    private TFloats Rounded(TFloats value) => roundsToHalf ? HalfPrecision.Round(value) : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloats Inverse(TFloats step) => TFloats.IfLess(
        TFloats.Create(SmallestStep), TFloats.Abs(step), TFloats.Create(1) / step, TFloats.Create(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloats Quotient(TFloats a, TFloats b)
    {
        var zero = TFloats.Create(0);
        return TFloats.IfLess(zero, b, a / b, zero);
    }
}
