namespace Cairn.Models.Configuration;

/// <summary>How rotary frequencies are changed so that a model reads further than it was first trained for.</summary>
public abstract record RopeScaling
{
    /// <summary>Frequencies as they are.</summary>
    public static RopeScaling None { get; } = new NoRopeScaling();

    private sealed record NoRopeScaling : RopeScaling;
}
