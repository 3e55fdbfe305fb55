using Cairn.Retrieval.Chunking;

namespace Cairn.Retrieval.Indexing;

/// <summary>A chunk with its place in the index.</summary>
/// <param name="Id">Id of the chunk; kept as long as its text and headings stay the same.</param>
/// <param name="DocumentId">Id of its document.</param>
/// <param name="Source">Path of the document relative to the folder.</param>
/// <param name="Title">Title of the document.</param>
/// <param name="Chunk">The chunk.</param>
public sealed record IndexedChunk(long Id, long DocumentId, string Source, string Title, Chunk Chunk);
