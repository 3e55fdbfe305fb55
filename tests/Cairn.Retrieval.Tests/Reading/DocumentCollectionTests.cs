using System.Diagnostics;
using System.Text.Json;
using Cairn.Retrieval.Reading;
using Cairn.Testing;
using Xunit;

namespace Cairn.Retrieval.Tests.Reading;

/// <summary>Reads a collection of real, odd and hostile files and compares them with what is known of them.</summary>
public sealed class DocumentCollectionTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Read_every_file_of_the_collection_ends_in_text_or_a_reason()
    {
        var root = SharedFiles.Data("documents/files");
        var expected = File.ReadLines(SharedFiles.Data("documents/expected.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(row => row.GetProperty("file").GetString()!);
        var counts = new Dictionary<string, int>();
        var (found, wanted, shown) = (0, 0, 0);

        foreach (var path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var source = Path.GetRelativePath(root, path).Replace('\\', '/');
            var watch = Stopwatch.StartNew();
            var (document, error, reason) = await ReadAsync(path, source);
            var outcome = error?.ToString() ?? "Text";
            counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
            var line = $"{outcome,-11} {watch.ElapsedMilliseconds,6} ms {source} {reason}";
            if (document is not null)
            {
                CheckSpans(document);
                var row = expected.GetValueOrDefault("files/" + source);
                var missing = row.ValueKind == JsonValueKind.Undefined ? [] : Missing(document, row).ToList();
                var total = row.ValueKind == JsonValueKind.Undefined || !row.TryGetProperty("phrases", out var phrases) ? 0 : phrases.GetArrayLength();
                (found, wanted) = (found + total - missing.Count(text => !text.StartsWith('!')), wanted + total);
                shown += missing.Count(text => text.StartsWith('!'));
                line += string.Concat(missing.Select(text => $"\n    missing: {text}"));
                line += string.Concat(document.Notes.Select(note => $"\n    note: {note}"));
            }

            output.WriteLine(line);
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{source} took {watch.Elapsed}");
        }

        output.WriteLine($"phrases found {found} of {wanted}; {shown} texts shown that must not be; {string.Join(", ", counts)}");
        Assert.True(found >= wanted * 0.97, $"found {found} of {wanted} phrases");
    }

    private static async Task<(Document? Document, DocumentReadError? Error, string Reason)> ReadAsync(string path, string source)
    {
        try
        {
            var content = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            return (await DocumentReaders.Default.ReadAsync(content, source, TestContext.Current.CancellationToken), null, "");
        }
        catch (DocumentReadException refusal)
        {
            Assert.NotEmpty(refusal.Message);
            return (null, refusal.Error, refusal.Message);
        }
    }

    private static IEnumerable<string> Missing(Document document, JsonElement row)
    {
        var all = Plain(document.Text);
        foreach (var phrase in row.TryGetProperty("phrases", out var phrases) ? phrases.EnumerateArray() : default)
        {
            var text = phrase.GetProperty("text").GetString()!;
            var within = phrase.TryGetProperty("page", out var number) && document.Pages.Count > 0
                ? Plain(document.Text[document.Pages[number.GetInt32() - 1].Start..document.Pages[number.GetInt32() - 1].End])
                : all;
            if (!within.Contains(Plain(text), StringComparison.Ordinal))
            {
                yield return text;
            }
        }

        foreach (var name in (string[])["absent", "hidden"])
        {
            foreach (var text in row.TryGetProperty(name, out var texts) ? texts.EnumerateArray() : default)
            {
                if (all.Contains(Plain(text.GetString()!), StringComparison.Ordinal))
                {
                    yield return $"! {name}: {text}";
                }
            }
        }
    }

    private static void CheckSpans(Document document)
    {
        var end = 0;
        foreach (var block in document.Blocks)
        {
            Assert.InRange(block.Start, end, document.Text.Length);
            Assert.InRange(block.End, block.Start + 1, document.Text.Length);
            end = block.End;
        }

        end = 0;
        foreach (var page in document.Pages)
        {
            Assert.InRange(page.Start, end, document.Text.Length);
            Assert.InRange(page.End, page.Start, document.Text.Length);
            end = page.End;
        }
    }

    private static string Plain(string text) => new([.. text.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);
}
