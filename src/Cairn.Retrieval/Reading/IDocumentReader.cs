namespace Cairn.Retrieval.Reading;

/// <summary>Turns files of one format into documents. Implementations keep no state and are thread-safe.</summary>
public interface IDocumentReader
{
    /// <summary>Name and version, such as <c>markdown/1</c>: a change makes the index read such files again.</summary>
    string Version { get; }

    /// <summary>Whether the name of <paramref name="path"/> says that this reader is the one for it.</summary>
    bool CanRead(string path);

    /// <summary>Reads one file.</summary>
    /// <param name="stream">The whole file, seekable; the caller closes it.</param>
    /// <param name="path">Path relative to the folder; becomes <see cref="Document.Source"/>.</param>
    /// <param name="cancellationToken">Stops the work at the next page or block.</param>
    /// <exception cref="DocumentReadException">The file cannot be used; says why.</exception>
    Document Read(Stream stream, string path, CancellationToken cancellationToken = default);
}
