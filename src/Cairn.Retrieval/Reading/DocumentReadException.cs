namespace Cairn.Retrieval.Reading;

/// <summary>A file cannot be read as a document. Trying again helps only after the file has changed.</summary>
/// <param name="error">The reason as a value.</param>
/// <param name="message">The reason as a sentence: what, expected, got, what now.</param>
/// <param name="innerException">The parser's own complaint.</param>
public sealed class DocumentReadException(
    DocumentReadError error, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The reason as a value.</summary>
    public DocumentReadError Error { get; } = error;
}
