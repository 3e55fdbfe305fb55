namespace Cairn.Models;

/// <summary>Writes a file beside its place and moves it there when it is complete, so nobody ever sees half of it.</summary>
internal static class AtomicFile
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Writes a file, replacing an existing one.</summary>
    /// <param name="path">Where the file shall be; its folder must exist.</param>
    /// <param name="write">Writes the content. When it throws, nothing is left behind.</param>
    public static void Write(string path, Action<Stream> write)
    {
        var target = Path.GetFullPath(path);
        var temporary = $"{target}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes))
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
