using System.Text.RegularExpressions;
using Cairn.Testing;

namespace Cairn.Cli.Tests.Documentation;

/// <summary>One Markdown file of the repository as a reader uses it: links, anchors and commands.</summary>
internal sealed partial class MarkdownPage
{
    private readonly string[] _lines;

    public MarkdownPage(string path)
    {
        Path = path;
        _lines = File.ReadAllLines(path);
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Pages of the handbook, the documentation and the root.</summary>
    public static IEnumerable<MarkdownPage> All() =>
        Directory.EnumerateFiles(Repository.Path("samples", "handbook"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Repository.Path("docs"), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Repository.Root, "*.md"))
            .Order(StringComparer.Ordinal).Select(path => new MarkdownPage(path));

    /// <summary>Words outside code blocks.</summary>
    public int CountWords() => Prose().Sum(line => WordPattern().Count(line));

    /// <summary>Targets of inline links outside code blocks.</summary>
    public IEnumerable<string> Links() =>
        Prose().SelectMany(line => LinkPattern().Matches(InlineCodePattern().Replace(line, ""))).Select(match => match.Groups[1].Value);

    /// <summary>Anchors of the headings, made the way GitHub makes them.</summary>
    public IEnumerable<string> Anchors() => Prose().Where(line => line.StartsWith('#'))
        .Select(line => AnchorPattern().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>Lines of console blocks that call the <c>cairn</c> command.</summary>
    public IEnumerable<string> Commands()
    {
        var inConsole = false;
        foreach (var line in _lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) inConsole = !inConsole && line is "```console" or "```sh";
            else if (inConsole && CommandPattern().IsMatch(line)) yield return line;
        }
    }

    private IEnumerable<string> Prose()
    {
        var inCode = false;
        foreach (var line in _lines)
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal)) inCode = !inCode;
            else if (!inCode) yield return line;
        }
    }

    [GeneratedRegex(@"[\p{L}\p{N}][\p{L}\p{N}'’\-.,]*")]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex InlineCodePattern();

    [GeneratedRegex(@"[^\p{L}\p{N}\- _]")]
    private static partial Regex AnchorPattern();

    [GeneratedRegex(@"^(\$ |\./)*cairn |\| *(\./)?cairn ")]
    private static partial Regex CommandPattern();
}
