namespace Cairn.Inference;

/// <summary>A prompt and the answer asked for do not fit the context window. A shorter prompt or answer can help.</summary>
public sealed class ContextOverflowException : Exception
{
    /// <summary>Says how many tokens were asked and how many fit.</summary>
    /// <param name="promptTokens">Tokens of the prompt.</param>
    /// <param name="maxTokens">Tokens asked for besides the prompt.</param>
    /// <param name="contextLength">Tokens that fit.</param>
    public ContextOverflowException(int promptTokens, int maxTokens, int contextLength)
        : base(
            $"The prompt has {promptTokens:N0} tokens and {maxTokens:N0} more were asked for, {(long)promptTokens + maxTokens:N0} "
            + $"together; the context holds {contextLength:N0}. Shorten the prompt, ask for fewer tokens, or choose a policy "
            + "that drops the oldest ones.")
    {
        RequestedTokens = (int)Math.Min((long)promptTokens + maxTokens, int.MaxValue);
        ContextLength = contextLength;
    }

    /// <summary>Tokens of prompt and answer together.</summary>
    public int RequestedTokens { get; }

    /// <summary>Tokens that fit.</summary>
    public int ContextLength { get; }
}
