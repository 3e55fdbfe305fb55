namespace Cairn.Models.Configuration;

/// <summary>Every position is divided by a factor.</summary>
/// <param name="Factor">At least 1 in published models.</param>
/// <remarks>Chen et al. 2023, arXiv:2306.15595.</remarks>
public sealed record LinearRopeScaling(float Factor) : RopeScaling;
