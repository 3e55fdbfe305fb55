using Cairn.Retrieval.Reading;

namespace Cairn.Retrieval.Indexing;

/// <summary>How an index reads files and waits for others.</summary>
public sealed class IndexOptions
{
    /// <value>Readers by format, with their limits; default: all that Cairn has.</value>
    public DocumentReaders Readers { get; init; } = DocumentReaders.Default;

    /// <value>How long to wait for another process that writes; default 5 seconds.</value>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <value>Folder names that are skipped besides hidden ones; default <c>node_modules</c>, <c>bin</c>, <c>obj</c>.</value>
    public IReadOnlyList<string> SkippedFolders { get; init; } = ["node_modules", "bin", "obj"];

    /// <value>Chunks that are embedded in one call; default 32.</value>
    public int EmbeddingBatchSize { get; init; } = 32;

    /// <value>New chunks after which files are committed; default 128. A kill loses at most the work since then.</value>
    public int CommitChunks { get; init; } = 128;

    /// <value>
    /// Size of an index, in chunks, from which words in more than a tenth of them are dropped from keyword queries; default
    /// 20,000. Below it they cost little time, and dropping them costs quality: on Cranfield .067 nDCG@10 (measured).
    /// </value>
    public int CommonTermChunks { get; init; } = 20_000;

    /// <value>The clock; default the system's.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
