namespace Cairn.Tensors.Attention;

/// <summary>What a layer does with the scores q·k.</summary>
/// <param name="Scale">Factor on them, usually 1/√(head dim).</param>
/// <param name="SoftCap">c of c · tanh(s / c), applied to the scaled scores; 0 for none.</param>
/// <param name="Window">Positions that a token sees, its own included; 0 for all up to its own.</param>
public readonly record struct AttentionRule(float Scale, float SoftCap = 0, int Window = 0)
{
    /// <summary>1/√D and nothing else.</summary>
    /// <param name="headDim">D, values of a head.</param>
    public static AttentionRule Plain(int headDim) => new(1 / MathF.Sqrt(headDim));
}
