using Microsoft.Data.Sqlite;

namespace Cairn.Retrieval.Indexing;

/// <summary>Checks the tables of an index against each other, and rebuilds what can be rebuilt.</summary>
internal sealed class IndexVerifier(SqliteConnection connection)
{
    private readonly List<string> _problems = [];
    private readonly List<string> _repaired = [];

    public VerifyReport Run(bool repair)
    {
        CheckFile();
        var isKeywordIndexSound = CheckKeywords();
        var damaged = CheckChunks();
        CheckOrphans();
        var spaces = CheckVectors();
        CheckLedger();
        if (repair && _problems.Count > 0)
        {
            Repair(damaged, isKeywordIndexSound, spaces);
        }

        return new VerifyReport(
            _problems, _repaired, Count("SELECT count(*) FROM document"), Count("SELECT count(*) FROM chunk"),
            Count("SELECT count(*) FROM vector"));
    }

    private int Count(string sql, params ReadOnlySpan<object?> values) => (int)connection.Scalar<long>(sql, values);

    private void CheckFile()
    {
        var lines = connection.Query("PRAGMA integrity_check(20)", row => row.GetString(0));
        _problems.AddRange(lines.Where(line => line != "ok").Select(line => $"SQLite: {line}"));
    }

    private bool CheckKeywords()
    {
        try
        {
            // Rank 1 compares with the chunks themselves; the plain check looks at the keyword index alone.
            connection.Execute("INSERT INTO chunk_fts(chunk_fts, rank) VALUES('integrity-check', 1)");
            return true;
        }
        catch (SqliteException error)
        {
            _problems.Add($"The keyword index does not match the chunks: {error.Message}");
            return false;
        }
    }

    /// <summary>Compares every chunk with its document's text and its hash; returns the documents that differ.</summary>
    private HashSet<long> CheckChunks()
    {
        var damaged = new HashSet<long>();
        foreach (var (id, source, text) in connection.Query(
            "SELECT id, source, text FROM document", row => (row.GetInt64(0), row.GetString(1), row.GetString(2))))
        {
            var wrong = connection.Query(
                "SELECT id, start, \"end\", heading, text, sha256 FROM chunk WHERE document = $1",
                row => IsSound(text, row.GetInt32(1), row.GetInt32(2), row.GetString(3), row.GetString(4), row.GetBytes(5)) ? 0 : row.GetInt64(0),
                id).Count(chunk => chunk != 0);
            var counted = Count("SELECT count(*) FROM chunk WHERE document = $1", id);
            var promised = Count("SELECT coalesce((SELECT chunks FROM file WHERE source = $1), -1)", source);
            if (wrong > 0)
            {
                _problems.Add($"'{source}': {wrong} of {counted} chunks differ from the document or from their hash.");
                damaged.Add(id);
            }

            if (promised >= 0 && promised != counted)
            {
                _problems.Add($"'{source}': {counted} chunks, expected {promised}.");
                damaged.Add(id);
            }
        }

        return damaged;
    }

    private static bool IsSound(string document, int start, int end, string heading, string text, byte[] sha256) =>
        start >= 0 && end <= document.Length && start <= end
        && document.AsSpan(start, end - start).SequenceEqual(text)
        && ChunkHash.Of(heading, text).AsSpan().SequenceEqual(sha256);

    private void CheckOrphans()
    {
        AddCount("chunks belong to no document", "SELECT count(*) FROM chunk WHERE document NOT IN (SELECT id FROM document)");
        AddCount("pages belong to no document", "SELECT count(*) FROM page WHERE document NOT IN (SELECT id FROM document)");
        AddCount("vectors belong to no chunk", "SELECT count(*) FROM vector WHERE chunk NOT IN (SELECT id FROM chunk)");
        AddCount("vectors belong to no space", "SELECT count(*) FROM vector WHERE space NOT IN (SELECT id FROM space)");
    }

    private void AddCount(string what, string sql)
    {
        if (Count(sql) is > 0 and var count)
        {
            _problems.Add($"{count} {what}.");
        }
    }

    private List<(long Id, int Dimensions)> CheckVectors()
    {
        var spaces = connection.Query("SELECT id, dimensions FROM space", row => (Id: row.GetInt64(0), Dimensions: row.GetInt32(1)));
        var live = SpaceTable.Live(connection)?.Id;
        foreach (var (id, dimensions) in spaces)
        {
            var wrong = Count("SELECT count(*) FROM vector WHERE space = $1 AND length(value) <> $2", id, dimensions * sizeof(float));
            if (wrong > 0)
            {
                _problems.Add($"{wrong} vectors do not have {dimensions} dimensions.");
            }

            if (id == live)
            {
                var missing = Count(
                    "SELECT count(*) FROM chunk WHERE NOT EXISTS (SELECT 1 FROM vector v WHERE v.chunk = chunk.id AND v.space = $1)", id);
                if (missing > 0)
                {
                    _problems.Add($"{missing} chunks have no vector.");
                }
            }

            CheckPack(id, dimensions);
        }

        return spaces;
    }

    /// <summary>The packed copy and the rows outside it must be the vectors, no more and no fewer.</summary>
    private void CheckPack(long space, int dimensions)
    {
        try
        {
            var packed = VectorTable.Load(connection, space, dimensions).Ids;
            var rows = connection.Query("SELECT chunk FROM vector WHERE space = $1", row => row.GetInt64(0), space);
            if (packed.Count != rows.Count || !packed.ToHashSet().SetEquals(rows))
            {
                _problems.Add($"The packed vectors are {packed.Count} and do not match the {rows.Count} stored ones.");
            }
        }
        catch (InvalidDataException error)
        {
            _problems.Add($"The packed vectors are damaged: {error.Message}");
        }
    }

    private void CheckLedger() => AddCount(
        "files and documents do not match",
        """
        SELECT (SELECT count(*) FROM file WHERE error IS NULL AND source NOT IN (SELECT source FROM document))
             + (SELECT count(*) FROM document WHERE source NOT IN (SELECT source FROM file WHERE error IS NULL))
        """);

    private void Repair(HashSet<long> damaged, bool isKeywordIndexSound, List<(long Id, int Dimensions)> spaces)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        if (!isKeywordIndexSound)
        {
            // First, so that the triggers below find the words that they take out.
            connection.Execute("INSERT INTO chunk_fts(chunk_fts) VALUES('rebuild')");
            _repaired.Add("Rebuilt the keyword index.");
        }

        var dropped = 0;
        foreach (var id in damaged)
        {
            dropped += connection.Execute("DELETE FROM file WHERE source = (SELECT source FROM document WHERE id = $1)", id);
            connection.Execute("DELETE FROM document WHERE id = $1", id);
        }

        connection.Execute("DELETE FROM chunk WHERE document NOT IN (SELECT id FROM document)");
        connection.Execute("DELETE FROM page WHERE document NOT IN (SELECT id FROM document)");
        connection.Execute("DELETE FROM vector WHERE chunk NOT IN (SELECT id FROM chunk) OR space NOT IN (SELECT id FROM space)");
        connection.Execute("DELETE FROM file WHERE error IS NULL AND source NOT IN (SELECT source FROM document)");
        connection.Execute("DELETE FROM document WHERE source NOT IN (SELECT source FROM file WHERE error IS NULL)");
        foreach (var (space, dimensions) in spaces)
        {
            connection.Execute("DELETE FROM vector WHERE space = $1 AND length(value) <> $2", space, dimensions * sizeof(float));
            VectorTable.PackWhenWorthwhile(connection, space, dimensions, always: true);
        }

        Setting.AdvanceGeneration(connection);
        transaction.Commit();
        if (dropped > 0)
        {
            _repaired.Add($"Took out {dropped} damaged documents; the next sync reads them again.");
        }

        _repaired.Add("Removed what belonged to nothing and packed the vectors again; the next sync adds missing ones.");
    }
}
