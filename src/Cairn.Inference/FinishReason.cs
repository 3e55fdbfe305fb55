namespace Cairn.Inference;

/// <summary>Why a generation ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended its turn, or a stop sequence appeared.</summary>
    Stop,

    /// <summary>The limit on tokens, or the end of the context window, was reached.</summary>
    Length,
}
