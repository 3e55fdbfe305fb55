namespace Cairn.Retrieval.Indexing;

/// <summary>What makes vectors comparable: two vectors belong together only when all five values are equal.</summary>
/// <param name="Model">Name of the embedding model.</param>
/// <param name="Revision">Which weights: a hash or a version; empty when unknown.</param>
/// <param name="Dimensions">Length of a vector.</param>
/// <param name="Pooling">How token vectors become one: <c>mean</c>, <c>cls</c>.</param>
/// <param name="Prefix">Text put before a passage when it is embedded; empty for most models.</param>
public sealed record EmbeddingSpace(string Model, string Revision, int Dimensions, string Pooling, string Prefix)
{
    /// <summary>The space on one line, for messages.</summary>
    public override string ToString() =>
        $"{Model}{(Revision.Length == 0 ? "" : "@" + Revision)} ({Dimensions} dimensions, {Pooling} pooling"
        + (Prefix.Length == 0 ? ")" : $", prefix '{Prefix}')");
}
