using Microsoft.Data.Sqlite;

namespace Cairn.Retrieval.Indexing;

/// <summary>Writes files into the tables; every method runs inside its caller's transaction.</summary>
internal sealed class IndexWriter(SqliteConnection connection, long space)
{
    /// <summary>Writes a file's ledger line and, when it was readable, its document; a failed one loses its document.</summary>
    public void Write(PendingFile file)
    {
        var source = file.Entry.Source;
        Write(file.Entry);
        if (file.Document is not { } document)
        {
            connection.Execute("DELETE FROM document WHERE source = $1", source);
            return;
        }

        connection.Execute(
            """
            INSERT INTO document(source, title, text, length) VALUES($1, $2, $3, $4)
            ON CONFLICT(source) DO UPDATE SET title = excluded.title, text = excluded.text, length = excluded.length
            """,
            source, document.Title, document.Text, document.Text.Length);
        var id = DocumentId(source)!.Value;
        connection.Execute("DELETE FROM page WHERE document = $1", id);
        foreach (var page in document.Pages)
        {
            connection.Execute(
                "INSERT INTO page(document, number, label, start, \"end\", kind) VALUES($1, $2, $3, $4, $5, $6)",
                id, page.Number, page.Label, page.Start, page.End, (int)page.Kind);
        }

        WriteChunks(id, file.Chunks);
    }

    /// <summary>Writes a ledger line.</summary>
    public void Write(LedgerEntry entry) => connection.Execute(
        """
        INSERT OR REPLACE INTO file(source, size, modified, sha256, pipeline, checked, error, detail, pages, chunks)
        VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
        entry.Source, entry.Size, entry.Modified, entry.Sha256, entry.Pipeline, entry.Checked, (int?)entry.Error,
        entry.Detail, entry.Pages, entry.Chunks);

    /// <summary>Gives a document another path; chunks and vectors stay.</summary>
    public void Rename(string from, LedgerEntry to)
    {
        var title = connection.Scalar<string>("SELECT title FROM document WHERE source = $1", from);
        connection.Execute("DELETE FROM file WHERE source = $1", from);
        Write(to);
        connection.Execute(
            "UPDATE document SET source = $1, title = $2 WHERE source = $3", to.Source, Retitle(title, from, to.Source), from);
    }

    /// <summary>Removes a file with everything that came from it.</summary>
    public void Remove(string source)
    {
        connection.Execute("DELETE FROM file WHERE source = $1", source);
        connection.Execute("DELETE FROM document WHERE source = $1", source);
    }

    /// <summary>Adds the vector of a chunk that has none in this space.</summary>
    public void AddVector(long chunk, byte[] vector) =>
        connection.Execute("INSERT INTO vector(chunk, space, value) VALUES($1, $2, $3)", chunk, space, vector);

    private long? DocumentId(string source) =>
        connection.Scalar<object>("SELECT id FROM document WHERE source = $1", source) as long?;

    private void WriteChunks(long document, IReadOnlyList<PendingChunk> chunks)
    {
        var kept = chunks.Where(chunk => chunk.Id is not null).Select(chunk => chunk.Id!.Value).ToHashSet();
        var stored = connection.Query("SELECT id FROM chunk WHERE document = $1", row => row.GetInt64(0), document);
        foreach (var id in stored.Where(id => !kept.Contains(id)))
        {
            connection.Execute("DELETE FROM chunk WHERE id = $1", id);
        }

        using var insert = connection.Command(
            """
            INSERT INTO chunk(document, ordinal, start, "end", page_first, page_last, tokens, heading, text, sha256)
            VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id
            """,
            document, 0, 0, 0, null, null, 0, "", "", Array.Empty<byte>());
        foreach (var pending in chunks)
        {
            var chunk = pending.Chunk;
            if (pending.Id is { } id)
            {
                connection.Execute(
                    """
                    UPDATE chunk SET ordinal = $1, start = $2, "end" = $3, page_first = $4, page_last = $5, tokens = $6
                    WHERE id = $7
                    """,
                    chunk.Ordinal, chunk.Start, chunk.End, chunk.PageFirst, chunk.PageLast, chunk.TokenCount, id);
                continue;
            }

            insert.Bind(
                document, chunk.Ordinal, chunk.Start, chunk.End, chunk.PageFirst, chunk.PageLast, chunk.TokenCount,
                chunk.HeadingPath, chunk.Text, pending.Sha256);
            var added = (long)insert.ExecuteScalar()!;
            AddVector(added, pending.Vector ?? throw new InvalidOperationException($"Chunk {chunk.Ordinal} has no vector."));
        }
    }

    /// <summary>A title that was the file's name follows it.</summary>
    private static string? Retitle(string? title, string from, string to)
    {
        if (title == Path.GetFileName(from))
        {
            return Path.GetFileName(to);
        }

        return title == Path.GetFileNameWithoutExtension(from) ? Path.GetFileNameWithoutExtension(to) : title;
    }
}
