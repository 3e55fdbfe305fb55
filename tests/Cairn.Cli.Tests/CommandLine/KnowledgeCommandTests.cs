using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Tests.Output;
using Xunit;

namespace Cairn.Cli.Tests.CommandLine;

/// <summary>The life of a small folder: indexed, asked, searched, checked and removed.</summary>
public sealed class KnowledgeCommandTests : IDisposable
{
    private const string Cairns =
        "# Cairns\n\nA cairn is a pile of stones that marks a trail. Hikers add a stone as they pass.\n\n"
        + "## Height\n\nThe cairn on Windy Gap is 3.4 metres high and was built in 1891.\n";

    private const string Huts = "# Huts\n\nThe Falcon hut has 24 beds and opens in June.\n";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("cairn-knowledge-");
    private readonly string _folder;
    private readonly string _index;

    public KnowledgeCommandTests()
    {
        _folder = Path.Combine(_root.FullName, "notes");
        _index = Path.Combine(_root.FullName, "notes.db");
        Directory.CreateDirectory(_folder);
        File.WriteAllText(Path.Combine(_folder, "cairns.md"), Cairns);
        File.WriteAllText(Path.Combine(_folder, "huts.md"), Huts);
    }

    [Fact]
    public async Task Ask_shows_on_a_terminal_how_far_the_model_has_read_its_prompt()
    {
        var run = await CliRun.InvokeOnTerminalAsync(
            ["ask", _folder, "How high is the cairn on Windy Gap?", "--index", _index, "--phrasing", "model"],
            new SteppingClock(),
            Cancellation);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("reading the prompt [", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("reading the prompt", run.Output, StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task Ask_prints_the_documented_object_and_its_quotes_are_the_documents_text()
    {
        var result = await JsonOf("ask", _folder, "How high is the cairn on Windy Gap?", "--index", _index, "--json");

        Assert.Contains("3.4 metres", (string?)result["answer"]);
        Assert.True((bool)result["supported"]!);
        foreach (var sentence in result["sentences"]!.AsArray())
        {
            Assert.NotNull(sentence!["text"]);
            Assert.NotNull(sentence["supported"]);
            Assert.NotEmpty(sentence["citations"]!.AsArray());
        }

        foreach (var citation in result["citations"]!.AsArray())
        {
            var text = File.ReadAllText(Path.Combine(_folder, (string)citation!["source"]!));
            Assert.Equal((string)citation["quote"]!, text[(int)citation["start"]!..(int)citation["end"]!]);
        }

        Assert.Contains("cairns.md", result["evidence"]!.AsArray().Select(evidence => (string)evidence!["source"]!));
        Assert.True((int)result["usage"]!["context_length"]! > 0);
        foreach (var time in new[] { "index_seconds", "search_seconds", "first_token_seconds", "total_seconds" })
        {
            Assert.True((double)result["timings"]![time]! >= 0, time);
        }
    }

    [Fact]
    public async Task Ask_abstains_when_the_documents_do_not_say()
    {
        var result = await JsonOf("ask", _folder, "Who invented the telephone?", "--index", _index, "--json");

        Assert.True((bool)result["abstained"]!);
        Assert.False((bool)result["supported"]!);
        Assert.Empty(result["citations"]!.AsArray());
    }

    [Fact]
    public async Task Folder_without_documents_is_said_to_be_empty()
    {
        var empty = _root.CreateSubdirectory("empty");

        var run = await CliRun.InvokeAsync(["ask", empty.FullName, "What is a cairn?", "--index", _index], cancellationToken: Cancellation);

        Assert.Equal(ExitCode.NotFound, run.ExitCode);
        Assert.Contains("holds no document", run.Error);
    }

    [Fact]
    public async Task Search_finds_by_each_mode()
    {
        foreach (var mode in new[] { "keyword", "vector", "hybrid" })
        {
            var result = await JsonOf("search", _folder, "beds in the Falcon hut", "--mode", mode, "--index", _index, "--json");

            Assert.Equal("huts.md", (string?)result["results"]![0]!["source"]);
        }
    }

    [Fact]
    public async Task Index_follows_the_folder_and_can_be_checked_and_removed()
    {
        var added = await JsonOf("index", "add", _folder, "--index", _index, "--json");
        File.Delete(Path.Combine(_folder, "huts.md"));
        File.WriteAllBytes(Path.Combine(_folder, "broken.pdf"), "%PDF-1.7 broken"u8.ToArray());
        var synced = await JsonOf("index", "add", _folder, "--index", _index, "--json");
        var status = await JsonOf("index", "status", _folder, "--index", _index, "--json");
        var verified = await JsonOf("index", "verify", _folder, "--index", _index, "--json");
        var removed = await CliRun.InvokeAsync(["index", "remove", _folder, "--index", _index], cancellationToken: Cancellation);
        var gone = await CliRun.InvokeAsync(["index", "status", _folder, "--index", _index], cancellationToken: Cancellation);

        Assert.Equal(2, (int)added["counts"]!["added"]!);
        Assert.Equal(1, (int)synced["counts"]!["removed"]!);
        Assert.Equal(1, (int)synced["counts"]!["unchanged"]!);
        Assert.Equal(1, (int)status["failed_files"]!);
        Assert.Equal("broken.pdf", (string?)status["failures"]![0]!["source"]);
        Assert.True((bool)verified["sound"]!);
        Assert.Equal(ExitCode.Success, removed.ExitCode);
        Assert.True(Directory.Exists(_folder));
        Assert.Equal(ExitCode.NotFound, gone.ExitCode);
    }

    private static async Task<JsonNode> JsonOf(params string[] arguments)
    {
        var run = await CliRun.InvokeAsync(arguments, cancellationToken: Cancellation);
        Assert.True(run.ExitCode == ExitCode.Success, $"exit code {run.ExitCode}: {run.Error}");
        return JsonNode.Parse(run.Output)!;
    }
}
