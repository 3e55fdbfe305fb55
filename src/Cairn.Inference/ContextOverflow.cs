namespace Cairn.Inference;

/// <summary>What happens when a prompt and its answer do not fit the context window.</summary>
public enum ContextOverflow
{
    /// <summary>The call fails with an exception that says how many tokens were asked for and how many fit.</summary>
    Error,

    /// <summary>The oldest tokens of the prompt are dropped until the rest fits.</summary>
    TruncateOldest,
}
