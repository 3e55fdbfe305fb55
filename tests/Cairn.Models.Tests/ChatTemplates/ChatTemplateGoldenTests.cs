using System.IO.Compression;
using System.Text.Json.Nodes;
using Cairn.Models.ChatTemplates;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.ChatTemplates;

/// <summary>Every published template over every conversation, and the expressions that pin the dialect down.</summary>
public sealed class ChatTemplateGoldenTests
{
    [Fact]
    public void Templates_equal_every_reference_render()
    {
        var folder = SharedFiles.Golden("chat-templates");
        var conversations = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "conversations.json")))!.AsArray()
            .ToDictionary(item => (string)item!["id"]!, item => item!["input"]!.AsObject());
        List<string> failures = [];
        var count = 0;
        foreach (var group in Rows(Path.Combine(folder, "renders.jsonl.gz")).GroupBy(row => (string)row["template"]!))
        {
            var source = File.ReadAllText(Path.Combine(folder, "templates", group.Key));
            var template = new Lazy<ChatTemplate>(() => ChatTemplate.Parse(source, group.Key));
            foreach (var row in group)
            {
                count++;
                var conversation = (string)row["conversation"]!;
                var difference = TemplateRun.Compare(
                    row, () => template.Value.Render(conversations[conversation], TemplateRun.Options));
                if (difference is not null)
                {
                    failures.Add($"{group.Key} × {conversation}: {difference}");
                }
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {count} differ:\n{string.Join("\n\n", failures.Take(20))}");
        Assert.Equal(2025, count);
    }

    [Fact]
    public void Expressions_equal_every_reference_result()
    {
        List<string> failures = [];
        var count = 0;
        foreach (var row in Rows(SharedFiles.Golden("chat-templates/expressions.jsonl.gz")))
        {
            count++;
            var difference = TemplateRun.Compare(row, () => ChatTemplate.Parse((string)row["template"]!, "expression")
                .Render(row["variables"]!.AsObject(), TemplateRun.Options));
            if (difference is not null)
            {
                failures.Add($"{row["id"]} {row["template"]}: {difference}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {count} differ:\n{string.Join("\n\n", failures)}");
        Assert.Equal(168, count);
    }

    private static IEnumerable<JsonObject> Rows(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            yield return JsonNode.Parse(line)!.AsObject();
        }
    }
}
