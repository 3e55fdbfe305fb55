namespace Cairn.Models.Adapters;

/// <summary>
/// Brings the scales of all modules under GGUF's rule s = α / rank with one α: a module whose scale is another takes the
/// ratio into its B.
/// </summary>
/// <param name="Alpha">α for the file.</param>
/// <param name="Factors">Factor on B of each module, in order; 1 where it stays as it is.</param>
/// <param name="Rounding">Relative error of the least exact scale; 0 when all are exact in single precision.</param>
internal sealed record AdapterScales(float Alpha, IReadOnlyList<double> Factors, double Rounding)
{
    /// <summary>The α that rounds least, and of those the one under which most modules keep their B.</summary>
    /// <param name="modules">At least one of them with a scale that is not 0.</param>
    public static AdapterScales Choose(IReadOnlyList<AdapterModule> modules) => modules
        .Select(NearestAlpha)
        .Where(alpha => alpha != 0) // which GGUF's readers take for "no scale"
        .Distinct()
        .Select(alpha => Under(alpha, modules))
        .OrderBy(scales => scales.Rounding)
        .ThenBy(scales => scales.Factors.Count(factor => factor != 1))
        .ThenByDescending(scales => scales.Alpha)
        .First();

    /// <summary>The single-precision number next to scale · rank whose quotient by the rank is the scale again.</summary>
    private static float NearestAlpha(AdapterModule module)
    {
        var nearest = (float)(module.Scale * module.Rank);
        foreach (var alpha in new[] { nearest, MathF.BitIncrement(nearest), MathF.BitDecrement(nearest) })
        {
            if (alpha / module.Rank == (float)module.Scale) return alpha;
        }

        return nearest;
    }

    private static AdapterScales Under(float alpha, IReadOnlyList<AdapterModule> modules)
    {
        var factors = new double[modules.Count];
        var rounding = 0.0;
        for (var i = 0; i < factors.Length; i++)
        {
            var own = NearestAlpha(modules[i]);
            factors[i] = (double)own / alpha;
            var reached = (float)factors[i] * (double)(alpha / modules[i].Rank);
            var wanted = (double)(float)modules[i].Scale;
            if (wanted != 0) rounding = Math.Max(rounding, Math.Abs((reached / wanted) - 1));
        }

        return new AdapterScales(alpha, factors, rounding);
    }
}
