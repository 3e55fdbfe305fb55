namespace Cairn.Models.Transformers;

/// <summary>Gain and bias of a layer norm, [hidden] each.</summary>
internal sealed record NormWeights(float[] Gain, float[] Bias);
