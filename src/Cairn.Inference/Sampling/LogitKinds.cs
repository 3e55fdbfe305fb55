namespace Cairn.Inference.Sampling;

/// <summary>What was found among logits besides ordinary numbers.</summary>
[Flags]
internal enum LogitKinds
{
    /// <summary>Nothing else.</summary>
    Ordinary = 0,

    /// <summary>Minus infinity: masked tokens.</summary>
    Masked = 1,

    /// <summary>NaN or plus infinity.</summary>
    Invalid = 2,
}
