using Cairn.Cli.CommandLine;
using Cairn.Retrieval.Indexing;

namespace Cairn.Cli.Knowledge;

/// <summary>Opens an index that must be there already.</summary>
internal static class ExistingIndex
{
    /// <summary>The index of a folder, in the space it was built in.</summary>
    /// <exception cref="CliException">There is none; the message says how to make it.</exception>
    public static DocumentIndex Open(string path, string folder) => File.Exists(path)
        ? DocumentIndex.OpenExisting(path)
        : throw new CliException($"'{folder}' has no index at {path}. Make it with: cairn index add {folder}", ExitCode.NotFound);
}
