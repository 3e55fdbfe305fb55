using Microsoft.Data.Sqlite;

namespace Cairn.Retrieval.Indexing;

/// <summary>The embedding spaces of an index: one live, at most one being built beside it.</summary>
internal static class SpaceTable
{
    private const string Columns = "SELECT id, model, revision, dimensions, pooling, prefix FROM space";

    public static (long Id, EmbeddingSpace Space)? Live(SqliteConnection connection) =>
        First(connection.Query($"{Columns} WHERE state = 'live'", Read));

    /// <summary>The space's id; a new one is live when the index has none yet, and otherwise is built beside it.</summary>
    public static long FindOrAdd(SqliteConnection connection, EmbeddingSpace space)
    {
        var known = First(connection.Query(Columns, Read).Where(row => row.Space == space));
        if (known is { } found)
        {
            return found.Id;
        }

        connection.Execute(
            "INSERT INTO space(model, revision, dimensions, pooling, prefix, state) VALUES($1, $2, $3, $4, $5, $6)",
            space.Model, space.Revision, space.Dimensions, space.Pooling, space.Prefix,
            Live(connection) is null ? "live" : "building");
        return connection.Scalar<long>("SELECT last_insert_rowid()");
    }

    /// <summary>Makes a space the live one and drops every other with its vectors; call inside a transaction.</summary>
    public static void MakeLive(SqliteConnection connection, long id)
    {
        connection.Execute("DELETE FROM vector WHERE space <> $1", id);
        connection.Execute("DELETE FROM vector_pack WHERE space <> $1", id);
        connection.Execute("DELETE FROM vector_tombstone WHERE space <> $1", id);
        connection.Execute("DELETE FROM space WHERE id <> $1", id);
        connection.Execute("UPDATE space SET state = 'live' WHERE id = $1", id);
    }

    private static (long Id, EmbeddingSpace Space)? First(IEnumerable<(long Id, EmbeddingSpace Space)> rows)
    {
        foreach (var row in rows)
        {
            return row;
        }

        return null;
    }

    private static (long Id, EmbeddingSpace Space) Read(SqliteDataReader row) => (
        row.GetInt64(0),
        new EmbeddingSpace(row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetString(4), row.GetString(5)));
}
