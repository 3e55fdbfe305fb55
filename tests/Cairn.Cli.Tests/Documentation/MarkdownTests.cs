using Cairn.Cli.Tests.CommandLine;
using Cairn.Testing;
using Xunit;

namespace Cairn.Cli.Tests.Documentation;

/// <summary>The pages keep their promises: links lead somewhere, and commands exist as written.</summary>
public sealed class MarkdownTests
{
    [Fact]
    public void Relative_links_lead_to_files_and_headings()
    {
        var broken = new List<string>();
        foreach (var page in MarkdownPage.All())
        {
            foreach (var link in page.Links().Where(link => !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal)))
            {
                if (!Leads(page, link)) broken.Add($"{Relative(page)}: {link}");
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void Commands_parse_as_written()
    {
        var wrong = MarkdownPage.All()
            .SelectMany(page => page.Commands().Select(command => (page, command, errors: CommandText.Parse(command))))
            .Where(found => found.errors.Count > 0)
            .Select(found => $"{Relative(found.page)}: {found.command}: {string.Join("; ", found.errors)}");

        Assert.Empty(wrong.ToList());
    }

    [Fact]
    public void Handbook_has_at_least_35_pages_of_400_to_1200_words()
    {
        var pages = MarkdownPage.All().Where(page => Relative(page).StartsWith("samples/handbook/", StringComparison.Ordinal)
            && !Relative(page).EndsWith("README.md", StringComparison.Ordinal)).ToList();

        Assert.True(pages.Count >= 35, $"{pages.Count} pages");
        Assert.Empty(pages.Where(page => page.CountWords() is < 400 or > 1200).Select(page => $"{Relative(page)}: {page.CountWords()} words"));
    }

    [Fact]
    public void Every_handbook_page_is_reached_from_its_index()
    {
        var index = Repository.Path("samples", "handbook", "README.md");
        var reached = new HashSet<string>();
        var open = new Stack<string>([index]);
        while (open.TryPop(out var path))
        {
            if (!reached.Add(path)) continue;
            foreach (var link in new MarkdownPage(path).Links().Select(link => link.Split('#')[0]))
            {
                if (link.EndsWith(".md", StringComparison.Ordinal)) open.Push(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, link)));
            }
        }

        var all = Directory.EnumerateFiles(Repository.Path("samples", "handbook"), "*.md", SearchOption.AllDirectories);
        Assert.Empty(all.Except(reached));
    }

    private static bool Leads(MarkdownPage page, string link)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? page.Path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page.Path)!, Uri.UnescapeDataString(parts[0])));
        if (!File.Exists(target) && !Directory.Exists(target)) return false;
        return parts.Length == 1 || new MarkdownPage(target).Anchors().Contains(parts[1]);
    }

    private static string Relative(MarkdownPage page) => Path.GetRelativePath(Repository.Root, page.Path).Replace('\\', '/');
}
