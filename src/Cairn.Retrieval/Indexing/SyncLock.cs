namespace Cairn.Retrieval.Indexing;

/// <summary>Lets one process at a time change an index. The system frees it when the process ends, however it ends.</summary>
internal sealed class SyncLock : IDisposable
{
    private readonly FileStream _file;

    private SyncLock(FileStream file) => _file = file;

    public static string PathFor(string indexPath) => indexPath + ".lock";

    /// <exception cref="IndexException">Another process, or another call in this one, holds it.</exception>
    public static SyncLock Acquire(string indexPath)
    {
        var path = PathFor(indexPath);
        try
        {
            return new SyncLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or FileNotFoundException))
        {
            throw new IndexException(
                IndexError.Locked, indexPath,
                $"The index '{indexPath}' is being changed by another process, which holds '{path}'. "
                + "Try again when it has finished.", error);
        }
    }

    public void Dispose() => _file.Dispose();
}
