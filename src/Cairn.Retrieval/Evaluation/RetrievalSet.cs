using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace Cairn.Retrieval.Evaluation;

/// <summary>A test collection: documents, queries, and grades that say which document answers which query.</summary>
/// <param name="Name">Name of its folder.</param>
/// <param name="Documents">Documents in file order.</param>
/// <param name="Queries">Queries in file order.</param>
/// <param name="Grades">Query id to document id to grade; a pair that is not there has grade 0.</param>
public sealed record RetrievalSet(
    string Name,
    IReadOnlyList<RetrievalSetDocument> Documents,
    IReadOnlyList<RetrievalSetQuery> Queries,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Grades)
{
    /// <summary>Reads <c>corpus.jsonl.gz</c> (or <c>corpus.jsonl</c>), <c>queries.jsonl</c> and <c>qrels.tsv</c> of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="FileNotFoundException">One of the three files is missing.</exception>
    /// <exception cref="InvalidDataException">A line is not what its file holds; the message names file and line.</exception>
    public static RetrievalSet Load(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var plain = Path.Combine(folder, "corpus.jsonl");
        var corpus = File.Exists(plain) ? plain : Require(folder, "corpus.jsonl.gz");
        var documents = ReadJsonLines(corpus, row => new RetrievalSetDocument(
            Text(row, "id"), row.TryGetProperty("title", out var title) ? title.GetString() ?? "" : "", Text(row, "text")));
        var queries = ReadJsonLines(Require(folder, "queries.jsonl"), row => new RetrievalSetQuery(
            Text(row, "id"), Text(row, "text"), row.TryGetProperty("split", out var split) ? split.GetString() ?? "" : ""));
        return new RetrievalSet(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), documents, queries, ReadGrades(Require(folder, "qrels.tsv")));
    }

    private static string Text(JsonElement row, string name) =>
        row.GetProperty(name).GetString() ?? throw new JsonException($"'{name}' is null");

    private static List<T> ReadJsonLines<T>(string path, Func<JsonElement, T> read)
    {
        using var file = File.OpenRead(path);
        using Stream content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(content);
        var rows = new List<T>();
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0)
            {
                continue;
            }

            try
            {
                using var row = JsonDocument.Parse(line);
                rows.Add(read(row.RootElement));
            }
            catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw new InvalidDataException($"{path}, line {number}: expected an object with strings 'id' and 'text'; {error.Message}", error);
            }
        }

        return rows;
    }

    private static Dictionary<string, IReadOnlyDictionary<string, int>> ReadGrades(string path)
    {
        var grades = new Dictionary<string, IReadOnlyDictionary<string, int>>(StringComparer.Ordinal);
        var number = 1;
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            number++;
            if (line.Length == 0)
            {
                continue;
            }

            var cells = line.Split('\t');
            if (cells.Length != 3 || !int.TryParse(cells[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var grade))
            {
                throw new InvalidDataException($"{path}, line {number}: expected query id, document id and a whole grade apart by tabs; got '{line}'.");
            }

            if (!grades.TryGetValue(cells[0], out var judged))
            {
                grades[cells[0]] = judged = new Dictionary<string, int>(StringComparer.Ordinal);
            }

            ((Dictionary<string, int>)judged)[cells[1]] = grade;
        }

        return grades;
    }

    private static string Require(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? path : throw Missing(folder, name);
    }

    private static FileNotFoundException Missing(string folder, string name) => new(
        $"'{folder}' has no '{name}'. A retrieval set is a folder with corpus.jsonl.gz, queries.jsonl and qrels.tsv.", Path.Combine(folder, name));
}
