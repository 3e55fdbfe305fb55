namespace Cairn.Testing;

/// <summary>The repository that the running test was built from.</summary>
public static class Repository
{
    /// <summary>Folder that holds <c>Cairn.slnx</c>.</summary>
    /// <exception cref="DirectoryNotFoundException">The test runs outside the repository.</exception>
    public static string Root { get; } = Find();

    /// <summary>Absolute path of a file or folder of the repository.</summary>
    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Cairn.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No Cairn.slnx above {AppContext.BaseDirectory}.");
    }
}
