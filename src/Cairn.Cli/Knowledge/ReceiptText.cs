using System.Text.Json.Nodes;
using Cairn.Retrieval.Indexing;

namespace Cairn.Cli.Knowledge;

/// <summary>An ingestion receipt for people and for scripts.</summary>
internal static class ReceiptText
{
    /// <summary>One line of counts, in the order of what matters.</summary>
    public static string Summary(IngestionReceipt receipt, TimeSpan elapsed)
    {
        var counts = Enum.GetValues<FileOutcome>()
            .Select(outcome => (outcome, count: receipt.Count(outcome))).Where(item => item.count > 0)
            .Select(item => $"{item.count:N0} {Name(item.outcome)}");
        var files = receipt.Files.Count == 0 ? "no files" : string.Join(", ", counts);
        return $"{files}; {receipt.ChunksEmbedded:N0} chunks embedded in {elapsed.TotalSeconds:F1} s";
    }

    /// <summary>A line for each file that could not be read, with the reason.</summary>
    public static IEnumerable<string> Failures(IngestionReceipt receipt) => receipt.Files
        .Where(file => file.Outcome == FileOutcome.Failed).Select(file => $"  {file.Source}: {file.Detail}");

    /// <summary>The receipt as JSON: counts, and every file that changed or failed.</summary>
    public static JsonObject ToJson(IngestionReceipt receipt, TimeSpan elapsed) => new()
    {
        ["folder"] = receipt.Folder,
        ["seconds"] = Math.Round(elapsed.TotalSeconds, 4),
        ["chunks_embedded"] = receipt.ChunksEmbedded,
        ["counts"] = new JsonObject(Enum.GetValues<FileOutcome>()
            .Select(outcome => KeyValuePair.Create(Name(outcome), (JsonNode?)receipt.Count(outcome)))),
        ["files"] = new JsonArray([.. receipt.Files.Where(file => file.Outcome != FileOutcome.Unchanged).Select(file => (JsonNode)new JsonObject
        {
            ["source"] = file.Source,
            ["outcome"] = Name(file.Outcome),
            ["chunks"] = file.Chunks,
            ["pages"] = file.Pages,
            ["error"] = file.Error is { } error ? error.ToString() : null,
            ["detail"] = file.Detail,
        })]),
    };

    private static string Name(FileOutcome outcome) => outcome.ToString().ToLowerInvariant();
}
