namespace Cairn.Hub;

/// <summary>What a model does.</summary>
public enum ModelKind
{
    /// <summary>Writes text: chat and completion.</summary>
    Decoder,

    /// <summary>Turns text into vectors.</summary>
    Encoder,

    /// <summary>Neither, or broken: it is listed, but cannot be run.</summary>
    Unknown,
}
