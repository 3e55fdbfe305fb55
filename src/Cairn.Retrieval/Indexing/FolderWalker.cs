using Cairn.Retrieval.Reading;

namespace Cairn.Retrieval.Indexing;

/// <summary>Lists the files below a folder, ordered by path.</summary>
/// <remarks>
/// Links are listed with a reason and never followed, so that no loop and no file outside the folder is read. Hidden
/// files and folders (a dot at the start, or the system's mark) are skipped, and so are the named folders.
/// </remarks>
internal sealed class FolderWalker(IReadOnlyList<string> skippedFolders)
{
    private const int MaxDepth = 64;

    private readonly HashSet<string> _skipped = new(skippedFolders, StringComparer.OrdinalIgnoreCase);

    public List<FolderEntry> Walk(string folder, CancellationToken cancellationToken)
    {
        var root = new DirectoryInfo(IndexLocation.Normalize(folder));
        if (!root.Exists)
        {
            throw new DirectoryNotFoundException($"There is no folder '{root.FullName}'. Check the path.");
        }

        var entries = new List<FolderEntry>();
        Walk(root, "", 0, entries, cancellationToken);
        entries.Sort((a, b) => string.CompareOrdinal(a.Source, b.Source));
        return entries;
    }

    private void Walk(DirectoryInfo folder, string prefix, int depth, List<FolderEntry> entries, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        FileSystemInfo[] children;
        try
        {
            children = folder.GetFileSystemInfos();
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException or System.Security.SecurityException)
        {
            entries.Add(Unread(folder, prefix.TrimEnd('/'), DocumentReadError.Denied, $"The folder cannot be listed: {error.Message}"));
            return;
        }

        foreach (var child in children)
        {
            var source = prefix + child.Name;
            if (child.Name.StartsWith('.') || (child.Attributes & (FileAttributes.Hidden | FileAttributes.System)) != 0)
            {
                continue;
            }

            if (child.LinkTarget is not null || (child.Attributes & FileAttributes.ReparsePoint) != 0)
            {
                entries.Add(Unread(child, source, DocumentReadError.Unsupported, "It is a link; links are not followed."));
            }
            else if (child is DirectoryInfo inner)
            {
                if (_skipped.Contains(inner.Name))
                {
                    continue;
                }

                if (depth >= MaxDepth)
                {
                    entries.Add(Unread(
                        inner, source, DocumentReadError.TooLarge, $"Folders are read to a depth of {MaxDepth}; this one lies deeper."));
                    continue;
                }

                Walk(inner, source + "/", depth + 1, entries, cancellationToken);
            }
            else if (child is FileInfo file)
            {
                entries.Add(Describe(file, source));
            }
        }
    }

    private static FolderEntry Describe(FileInfo file, string source)
    {
        try
        {
            return (file.Attributes & FileAttributes.Device) != 0
                ? Unread(file, source, DocumentReadError.Unsupported, "It is a device, not a file.")
                : new FolderEntry(source, file.FullName, file.Length, file.LastWriteTimeUtc.Ticks);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Unread(file, source, DocumentReadError.Denied, error.Message);
        }
    }

    private static FolderEntry Unread(FileSystemInfo info, string source, DocumentReadError error, string detail) =>
        new(source, info.FullName, 0, 0, error, detail);
}
