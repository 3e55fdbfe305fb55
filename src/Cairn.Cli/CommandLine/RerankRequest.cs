using System.Text.Json;

namespace Cairn.Cli.CommandLine;

/// <summary>One line of <c>cairn rerank --jsonl</c>: a query and the documents to score.</summary>
/// <param name="Query">The question.</param>
/// <param name="Documents">Texts, in the order of the scores.</param>
internal sealed record RerankRequest(string Query, IReadOnlyList<string> Documents)
{
    private const string Form = """{"query": text, "documents": [text, …]}""";

    /// <summary>Reads a line.</summary>
    /// <param name="json">The line.</param>
    /// <param name="line">Its number, from 1, for messages.</param>
    /// <exception cref="CliException">It has another form.</exception>
    public static RerankRequest Parse(string json, int line)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement) ?? throw new CliException($"Line {line} of standard input has another form than {Form}.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new CliException($"Line {line} of standard input is not JSON of the form {Form}: {exception.Message}");
        }
    }

    private static RerankRequest? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("query", out var query) || query.ValueKind != JsonValueKind.String
            || !root.TryGetProperty("documents", out var documents) || documents.ValueKind != JsonValueKind.Array
            || documents.EnumerateArray().Any(text => text.ValueKind != JsonValueKind.String))
        {
            return null;
        }

        return new RerankRequest(query.GetString()!, [.. documents.EnumerateArray().Select(text => text.GetString()!)]);
    }
}
