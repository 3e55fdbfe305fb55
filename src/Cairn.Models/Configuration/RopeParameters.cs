namespace Cairn.Models.Configuration;

/// <summary>Rotary positions of a layer.</summary>
public sealed record RopeParameters
{
    /// <summary>θ where a model names none.</summary>
    public const float DefaultTheta = 10_000;

    /// <summary>Base θ of the frequencies θ^(−2i/d).</summary>
    public required float Theta { get; init; }

    /// <summary>Dimensions of a head that are rotated (d); even, at most the head's width.</summary>
    public required int Dimension { get; init; }

    /// <summary>Which two dimensions a rotation pairs.</summary>
    public required RopePairing Pairing { get; init; }

    /// <summary>Change of the frequencies for longer contexts.</summary>
    public RopeScaling Scaling { get; init; } = RopeScaling.None;
}
