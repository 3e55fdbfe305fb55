using Xunit;

namespace Cairn.Testing;

/// <summary>
/// Finds models, goldens and data sets that are not part of the repository: in the folder named by
/// <c>CAIRN_SHARED</c>, or in <c>shared/</c> beside the repository or a folder above it. A test that asks for a
/// file that is not there is skipped, with the reason.
/// </summary>
public static class SharedFiles
{
    private static readonly string? Root = FindRoot();

    /// <summary>Path of a file or folder below <c>golden/</c>; skips the running test when it is absent.</summary>
    public static string Golden(string relativePath) => Require("golden", relativePath);

    /// <summary>Path of a file or folder below <c>models/</c>; skips the running test when it is absent.</summary>
    public static string Model(string relativePath) => Require("models", relativePath);

    /// <summary>Path of a file or folder below <c>data/</c>; skips the running test when it is absent.</summary>
    public static string Data(string relativePath) => Require("data", relativePath);

    private static string Require(string folder, string relativePath)
    {
        var path = Root is null ? null : Path.Combine(Root, folder, relativePath);
        if (path is null || (!File.Exists(path) && !Directory.Exists(path)))
        {
            Assert.Skip($"needs {folder}/{relativePath} of the shared test files; set CAIRN_SHARED to their folder");
        }

        return path!;
    }

    private static string? FindRoot()
    {
        if (Environment.GetEnvironmentVariable("CAIRN_SHARED") is { Length: > 0 } named)
        {
            return named;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared");
            if (Directory.Exists(Path.Combine(candidate, "golden")))
            {
                return candidate;
            }
        }

        return null;
    }
}
