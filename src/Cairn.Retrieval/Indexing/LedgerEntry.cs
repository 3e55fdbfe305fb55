using Cairn.Retrieval.Reading;

namespace Cairn.Retrieval.Indexing;

/// <summary>What the index remembers of a file.</summary>
/// <param name="Source">Path relative to the folder.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">Ticks (UTC) of the last change.</param>
/// <param name="Sha256">Hash of the content; empty for a file that was refused unread.</param>
/// <param name="Pipeline">Reader and chunker that were used.</param>
/// <param name="Checked">Ticks (UTC) when size and time were looked at.</param>
/// <param name="Error">Why it failed; null for a document.</param>
/// <param name="Detail">The reason, or the reader's notes.</param>
/// <param name="Pages">Pages.</param>
/// <param name="Chunks">Chunks.</param>
internal sealed record LedgerEntry(
    string Source, long Size, long Modified, byte[] Sha256, string Pipeline, long Checked, DocumentReadError? Error,
    string Detail, int Pages, int Chunks)
{
    // File systems keep times coarsely: a file changed again this soon may look the same.
    private static readonly long Granularity = TimeSpan.FromSeconds(2).Ticks;

    /// <summary>Whether size and time prove that the file is the same.</summary>
    public bool IsUnchanged(FolderEntry file, string pipeline) =>
        Size == file.Size && Modified == file.Modified && Pipeline == pipeline && Modified < Checked - Granularity;

    public FileReceipt ToReceipt(FileOutcome outcome) =>
        new(Source, Error is null ? outcome : FileOutcome.Failed, Chunks, Pages, Error, Detail);
}
