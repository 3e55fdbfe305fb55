using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Cairn.Retrieval.Indexing;

/// <summary>Named values of an index.</summary>
internal static class Setting
{
    public const string Folder = "folder";
    public const string Generation = "generation";
    public const string LastSync = "last_sync";
    public const string LastReceipt = "last_receipt";

    public static string PackedTo(long space) => string.Create(CultureInfo.InvariantCulture, $"packed_to_{space}");

    public static string? Get(SqliteConnection connection, string name) =>
        connection.Scalar<string>("SELECT value FROM setting WHERE name = $1", name);

    public static long GetInt64(SqliteConnection connection, string name) =>
        long.TryParse(Get(connection, name), CultureInfo.InvariantCulture, out var value) ? value : 0;

    public static void Set(SqliteConnection connection, string name, string value) => connection.Execute(
        "INSERT INTO setting(name, value) VALUES($1, $2) ON CONFLICT(name) DO UPDATE SET value = excluded.value", name, value);

    public static void Set(SqliteConnection connection, string name, long value) =>
        Set(connection, name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Tells every process that holds vectors in memory to load them again.</summary>
    public static void AdvanceGeneration(SqliteConnection connection) =>
        Set(connection, Generation, GetInt64(connection, Generation) + 1);
}
