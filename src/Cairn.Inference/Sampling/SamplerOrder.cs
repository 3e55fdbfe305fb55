namespace Cairn.Inference.Sampling;

/// <summary>Order in which samplers see the logits. Penalties always come first.</summary>
public enum SamplerOrder
{
    /// <summary>Top-k, top-p, min-p, then temperature: truncation judges the model's own distribution.</summary>
    LlamaCpp,

    /// <summary>Temperature, then top-k, top-p, min-p: a high temperature also lets more tokens through.</summary>
    Transformers,
}
