namespace Cairn.Inference.Sampling;

/// <summary>One step from the model's logits to the choice of a token: it changes logits or drops candidates.</summary>
/// <remarks>
/// A sampler may keep scratch memory, so one object serves one generation at a time. It allocates nothing once it has
/// seen a vocabulary.
/// </remarks>
public interface ISampler
{
    /// <summary>Applies the step.</summary>
    /// <param name="candidates">
    /// Tokens still in play with their logits; at least one, and at least one must stay.
    /// </param>
    /// <param name="history">Ids seen so far, oldest first.</param>
    void Apply(TokenCandidates candidates, ReadOnlySpan<int> history);
}
