namespace Cairn.Retrieval.Indexing;

/// <summary>An index cannot be opened or used as asked. Nothing was changed.</summary>
/// <param name="error">The reason as a value.</param>
/// <param name="path">The index file.</param>
/// <param name="message">The reason as a sentence, with what to do about it.</param>
/// <param name="innerException">SQLite's own complaint.</param>
public sealed class IndexException(
    IndexError error, string path, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The reason as a value; only <see cref="IndexError.Locked"/> may pass by waiting.</summary>
    public IndexError Error { get; } = error;

    /// <summary>The index file.</summary>
    public string Path { get; } = path;
}
