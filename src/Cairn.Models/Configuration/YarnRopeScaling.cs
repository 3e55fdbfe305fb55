namespace Cairn.Models.Configuration;

/// <summary>
/// High frequencies stay, low ones are divided by the factor, those between are blended; cosine and sine are multiplied
/// by the attention factor.
/// </summary>
/// <param name="Factor">s, greater than 0.</param>
/// <param name="OriginalContext">Positions of the first training.</param>
/// <param name="BetaFast">Rotations within the original context from which a frequency stays.</param>
/// <param name="BetaSlow">Rotations below which it is divided.</param>
/// <param name="AttentionFactor">Usually <see cref="DefaultAttentionFactor"/>.</param>
/// <remarks>Peng et al. 2023, arXiv:2309.00071, section 3.</remarks>
public sealed record YarnRopeScaling(
    float Factor, int OriginalContext, float BetaFast, float BetaSlow, float AttentionFactor) : RopeScaling
{
    /// <summary>Value of <see cref="BetaFast"/> where a model names none.</summary>
    public const float DefaultBetaFast = 32;

    /// <summary>Value of <see cref="BetaSlow"/> where a model names none.</summary>
    public const float DefaultBetaSlow = 1;

    /// <summary>0.1 · ln s + 1 where a model names no attention factor; 1 for s ≤ 1.</summary>
    public static float DefaultAttentionFactor(float factor) => factor <= 1 ? 1 : (0.1f * MathF.Log(factor)) + 1;
}
