using Cairn.Retrieval.Reading;

namespace Cairn.Retrieval.Indexing;

/// <summary>A file found in a folder, or the reason why an entry cannot be read.</summary>
/// <param name="Source">Path relative to the folder, with <c>/</c>.</param>
/// <param name="FullPath">Where it lies.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">Ticks (UTC) of its last change.</param>
/// <param name="Error">Why it is not read; null for a file to read.</param>
/// <param name="Detail">The reason as a sentence.</param>
internal sealed record FolderEntry(
    string Source, string FullPath, long Size, long Modified, DocumentReadError? Error = null, string Detail = "");
