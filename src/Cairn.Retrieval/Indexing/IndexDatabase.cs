using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Cairn.Retrieval.Indexing;

/// <summary>Opens connections to one index file and words SQLite's errors. Never deletes or replaces a file.</summary>
/// <remarks>
/// Write-ahead log with synchronous=NORMAL: a killed process loses nothing that was committed; a power cut may lose the
/// last commits but leaves a sound file, and the next sync makes them good.
/// </remarks>
internal sealed class IndexDatabase(string path, TimeSpan busyTimeout)
{
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteCorrupt = 11;
    private const int SqliteCannotOpen = 14;
    private const int SqliteNotADatabase = 26;

    public string Path { get; } = path;

    /// <summary>Opens the file, and makes it when there is none.</summary>
    public SqliteConnection Connect(bool create) => Guard(() =>
    {
        if (!create && !File.Exists(Path))
        {
            throw new FileNotFoundException($"There is no index at '{Path}'; add the folder first.", Path);
        }

        var folder = System.IO.Path.GetDirectoryName(Path);
        if (create && !string.IsNullOrEmpty(folder))
        {
            Directory.CreateDirectory(folder);
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            DefaultTimeout = Math.Max(1, (int)Math.Ceiling(busyTimeout.TotalSeconds)),
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            Prepare(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    });

    /// <summary>Runs an action and turns SQLite's errors into ours.</summary>
    public T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException error)
        {
            throw Explain(error);
        }
    }

    /// <summary>The exception to throw instead of SQLite's.</summary>
    public IndexException Explain(SqliteException error) => error.SqliteErrorCode switch
    {
        SqliteBusy or SqliteLocked => new IndexException(
            IndexError.Locked, Path,
            $"The index '{Path}' is locked: another process is writing to it, and {busyTimeout.TotalSeconds:0.#} s of waiting "
            + "were not enough. Try again when it has finished.", error),
        SqliteNotADatabase => new IndexException(
            IndexError.Foreign, Path,
            $"'{Path}' is not an index: it is not an SQLite file. It was left as it is; name another file.", error),
        SqliteCannotOpen => new IndexException(
            IndexError.Denied, Path,
            $"The index '{Path}' cannot be opened for writing. Check that its folder exists and is yours to write to.", error),
        SqliteCorrupt => new IndexException(
            IndexError.Corrupt, Path,
            $"The index '{Path}' is damaged ({error.Message}). Verify it with repair, or remove it and index again.", error),
        _ => new IndexException(
            IndexError.Failed, Path, $"The index '{Path}' cannot be used: {error.Message}", error),
    };

    private void Prepare(SqliteConnection connection)
    {
        // Reads the header, so that a foreign file fails here and before anything is written.
        var owner = connection.Scalar<long>("PRAGMA application_id");
        var version = connection.Scalar<long>("PRAGMA user_version");
        var tables = connection.Scalar<long>("SELECT count(*) FROM sqlite_schema");
        if (owner != IndexSchema.ApplicationId && (owner != 0 || tables > 0))
        {
            throw new IndexException(
                IndexError.Foreign, Path,
                $"'{Path}' is an SQLite file of another program. It was left as it is; name another file.");
        }

        if (version > IndexSchema.Version)
        {
            throw new IndexException(
                IndexError.Newer, Path,
                $"The index '{Path}' has format {version}, this version of Cairn reads up to {IndexSchema.Version}. "
                + "Use the newer version, or another index file.");
        }

        connection.Execute("PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768");
        if (owner == 0)
        {
            Create(connection);
        }
    }

    private static void Create(SqliteConnection connection)
    {
        connection.Execute("PRAGMA journal_mode = WAL");
        using var transaction = connection.BeginTransaction(deferred: false);
        if (connection.Scalar<long>("PRAGMA application_id") == 0)
        {
            connection.Execute(IndexSchema.Sql);
            connection.Execute(string.Create(
                CultureInfo.InvariantCulture,
                $"PRAGMA application_id = {IndexSchema.ApplicationId}; PRAGMA user_version = {IndexSchema.Version}"));
        }

        transaction.Commit();
    }
}
