namespace Cairn.Models;

/// <summary>Writes a file beside its place and moves it there when it is complete, so nobody ever sees half of it.</summary>
internal static class AtomicFile
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Writes a file, replacing an existing one.</summary>
    /// <param name="path">Where the file shall be; its folder must exist.</param>
    /// <param name="write">Writes the content. When it throws, nothing is left behind.</param>
    /// <param name="cancellationToken">Stops at any piece that is written, however large the content's parts are.</param>
    public static void Write(string path, Action<Stream> write, CancellationToken cancellationToken = default)
    {
        var target = Path.GetFullPath(path);
        var temporary = $"{target}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new CancellableFileStream(temporary, BufferBytes, cancellationToken))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary); // does nothing after the move
        }
    }
}
