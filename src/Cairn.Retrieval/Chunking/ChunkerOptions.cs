namespace Cairn.Retrieval.Chunking;

/// <summary>Sizes of chunks, in tokens of the embedder.</summary>
public sealed class ChunkerOptions
{
    /// <value>Size at which a chunk is closed, heading path included; 16 or more; default 200.</value>
    public int TargetTokens { get; init; } = 200;

    /// <value>
    /// Most tokens of a chunk, heading path included; not less than <see cref="TargetTokens"/>. A table, a code block
    /// or a sentence that fits into it stays whole. Default 254: what an encoder of 256 leaves beside its two markers.
    /// </value>
    public int MaxTokens { get; init; } = 254;

    /// <value>A chunk below this size goes on into the next section; default 64.</value>
    public int MinTokens { get; init; } = 64;

    /// <value>
    /// Sentences of a paragraph that are repeated at the start of the next chunk when the paragraph is split; default 0:
    /// neighbours are found by their ordinal, and repeated text would be found, shown and counted twice.
    /// </value>
    public int OverlapSentences { get; init; }
}
