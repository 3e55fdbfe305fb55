namespace Cairn.Models.Configuration;

/// <summary>
/// Each frequency is divided by a number of its own, from one of two tensors: short factors where a sequence's context
/// is at most the original one, long factors otherwise. Cosine and sine are multiplied by the attention factor.
/// </summary>
/// <param name="OriginalContext">Positions of the first training.</param>
/// <param name="AttentionFactor">Usually √(1 + ln(context / original) / ln original).</param>
/// <remarks>
/// Ding et al. 2024, arXiv:2402.13753. "Context" is what the sequence's cache was made for, so it is known before the
/// first token and cached keys stay valid; llama.cpp has the same rule.
/// </remarks>
public sealed record LongRopeScaling(int OriginalContext, float AttentionFactor) : RopeScaling
{
    /// <summary>√(1 + ln(context / original) / ln original), or 1 where the context is no longer than the original.</summary>
    public static float DefaultAttentionFactor(int context, int originalContext) => context <= originalContext
        ? 1
        : (float)Math.Sqrt(1 + (Math.Log((double)context / originalContext) / Math.Log(originalContext)));
}
