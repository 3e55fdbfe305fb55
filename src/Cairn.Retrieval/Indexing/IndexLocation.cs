using System.Security.Cryptography;
using System.Text;

namespace Cairn.Retrieval.Indexing;

/// <summary>Where the index of a folder lies when nobody names a file.</summary>
public static class IndexLocation
{
    /// <summary>
    /// <c>home/indexes/</c> + the first 32 hexadecimal digits of SHA-256 of the folder's full path + <c>.db</c>.
    /// </summary>
    /// <param name="home">Cairn's own folder (<c>CAIRN_HOME</c>, by default <c>~/.cairn</c>).</param>
    /// <param name="folder">The folder of documents; a relative path is taken from the current folder.</param>
    public static string For(string home, string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(home);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var full = Normalize(folder);
        var key = OperatingSystem.IsWindows() ? full.ToUpperInvariant() : full;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        return Path.Combine(Path.GetFullPath(home), "indexes", Convert.ToHexStringLower(hash.AsSpan(0, 16)) + ".db");
    }

    /// <summary>Full path of <paramref name="folder"/> without a separator at its end.</summary>
    internal static string Normalize(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
}
