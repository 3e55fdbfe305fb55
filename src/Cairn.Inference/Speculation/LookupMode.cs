namespace Cairn.Inference.Speculation;

/// <summary>Whether a generation guesses its next tokens from the text so far and checks several in one pass.</summary>
/// <remarks>The tokens are the same in every mode; only the time differs.</remarks>
public enum LookupMode
{
    /// <summary>One token a pass.</summary>
    Off,

    /// <summary>Guesses as many as paid lately, and pauses where guessing does not pay.</summary>
    Auto,

    /// <summary>Guesses as many as possible wherever the text so far offers something.</summary>
    On,
}
