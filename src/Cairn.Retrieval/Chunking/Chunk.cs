namespace Cairn.Retrieval.Chunking;

/// <summary>A passage of a document, small enough for the embedder.</summary>
/// <param name="Ordinal">Position in the document, from 0.</param>
/// <param name="Start">First character, a UTF-16 offset in the document's text.</param>
/// <param name="End">Offset just behind the last character.</param>
/// <param name="PageFirst">Page of the first character, from 1; null when the document has no pages.</param>
/// <param name="PageLast">Page of the last character; null when the document has no pages.</param>
/// <param name="HeadingPath">
/// Headings above the passage from the outermost in, joined by <c> &gt; </c>; for the later parts of a split table also
/// the table's header row. Empty when there are none.
/// </param>
/// <param name="Text">The characters from <paramref name="Start"/> to <paramref name="End"/>, unchanged.</param>
/// <param name="TokenCount">Tokens of <see cref="EmbeddingText"/>, by the embedder's tokenizer, without special tokens.</param>
public sealed record Chunk(
    int Ordinal,
    int Start,
    int End,
    int? PageFirst,
    int? PageLast,
    string HeadingPath,
    string Text,
    int TokenCount)
{
    /// <summary>What the embedder reads: the heading path, a line break and the text; the text alone without headings.</summary>
    public string EmbeddingText => HeadingPath.Length == 0 ? Text : $"{HeadingPath}\n{Text}";
}
