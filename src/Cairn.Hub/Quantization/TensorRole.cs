namespace Cairn.Hub.Quantization;

/// <summary>What a matrix does in a model, as far as quantisation cares.</summary>
internal enum TensorRole
{
    /// <summary>Anything that no preset singles out.</summary>
    Other,

    /// <summary>The output matrix, or the token embedding that serves as one.</summary>
    Output,

    /// <summary>The token embedding of a model with an output matrix of its own.</summary>
    TokenEmbedding,

    /// <summary>Query projection.</summary>
    Query,

    /// <summary>Key projection.</summary>
    Key,

    /// <summary>Value projection, or one that holds the values beside others.</summary>
    Value,

    /// <summary>What attention returns to the residual stream.</summary>
    AttentionOutput,

    /// <summary>Second matrix of the feed-forward block, of all experts too.</summary>
    Down,
}
