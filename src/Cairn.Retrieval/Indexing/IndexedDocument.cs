using Cairn.Retrieval.Reading;

namespace Cairn.Retrieval.Indexing;

/// <summary>A document of the index without its text.</summary>
/// <param name="Id">Id in the index.</param>
/// <param name="Source">Path relative to the folder.</param>
/// <param name="Title">Title.</param>
/// <param name="TextLength">UTF-16 characters of the text.</param>
/// <param name="Pages">Pages in order; empty when the format has none.</param>
public sealed record IndexedDocument(
    long Id, string Source, string Title, int TextLength, IReadOnlyList<DocumentPage> Pages);
