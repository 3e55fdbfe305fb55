namespace Cairn.Inference;

/// <summary>A token and how likely the model finds it.</summary>
/// <param name="Id">Token id.</param>
/// <param name="LogProbability">Natural logarithm of its probability, before any sampler.</param>
public readonly record struct TokenProbability(int Id, float LogProbability);
