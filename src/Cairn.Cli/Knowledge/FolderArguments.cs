using System.CommandLine;
using Cairn.Hub;
using Cairn.Retrieval.Indexing;

namespace Cairn.Cli.Knowledge;

/// <summary>The folder and where its index lies.</summary>
internal sealed class FolderArguments
{
    private readonly Argument<DirectoryInfo> _folder = new("folder") { Description = "Folder of documents." };
    private readonly Option<FileInfo?> _index = new("--index")
    {
        Description = "Index file (default: in CAIRN_HOME/indexes, named by the folder).",
        HelpName = "file",
    };

    /// <param name="command">Gets the argument and the option.</param>
    public FolderArguments(Command command)
    {
        command.Arguments.Add(_folder);
        command.Options.Add(_index);
    }

    /// <summary>The folder that was named.</summary>
    public string Folder(ParseResult arguments) => arguments.GetValue(_folder)!.FullName;

    /// <summary>Path of its index.</summary>
    public string IndexPath(ParseResult arguments) =>
        arguments.GetValue(_index)?.FullName ?? IndexLocation.For(CairnHome.Root, Folder(arguments));
}
