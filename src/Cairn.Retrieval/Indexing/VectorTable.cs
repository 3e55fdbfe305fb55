using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Cairn.Retrieval.Indexing;

/// <summary>The vectors of one space: exact rows on disk, a packed copy in memory to scan.</summary>
/// <remarks>
/// The rows are the truth. The packs are a copy of them that loads fast; rows added since the last packing have ids above
/// <c>packed_to</c> and are read one by one, and deleted ones stand in the tombstones. A query scans the packed copy and
/// computes the products of the best <see cref="Oversampling"/> × limit again from the exact rows.
/// </remarks>
internal sealed class VectorTable
{
    private const int Oversampling = 4;
    private const int LeastCandidates = 64;
    private const int PackSize = 4096;

    private readonly PackedVectors _vectors;
    private readonly long _space;

    private VectorTable(long space, long generation, PackedVectors vectors)
    {
        _space = space;
        _vectors = vectors;
        Generation = generation;
    }

    /// <summary>Chunks that have a vector.</summary>
    public IReadOnlyList<long> Ids => _vectors.Ids.ToArray();

    /// <summary>Counts the commits that touched vectors.</summary>
    public long Generation { get; }

    public static long CurrentGeneration(SqliteConnection connection) => Setting.GetInt64(connection, Setting.Generation);

    public static VectorTable Load(SqliteConnection connection, long space, int dimensions)
    {
        // One snapshot: the generation, the packs and the rows belong together.
        using var transaction = connection.BeginTransaction(deferred: true);
        var vectors = new PackedVectors(dimensions);
        var generation = CurrentGeneration(connection);
        var gone = connection.Query(
            "SELECT chunk FROM vector_tombstone WHERE space = $1", row => row.GetInt64(0), space).ToHashSet();
        using (var packs = connection.Command(
            "SELECT ids, codes, scales FROM vector_pack WHERE space = $1 ORDER BY ordinal", space))
        using (var reader = packs.ExecuteReader())
        {
            while (reader.Read())
            {
                vectors.Add(reader.GetBytes(0), reader.GetBytes(1), reader.GetBytes(2), gone);
            }
        }

        AddRows(connection, space, PackedTo(connection, space), vectors);
        transaction.Commit();
        return new VectorTable(space, generation, vectors);
    }

    /// <summary>The chunks with the largest exact products, best first; equal ones in order of their ids.</summary>
    public List<VectorHit> Search(SqliteConnection connection, ReadOnlySpan<float> query, int limit)
    {
        var candidates = _vectors.Search(query, Math.Max(LeastCandidates, checked(limit * Oversampling)));
        using var exact = connection.Command("SELECT value FROM vector WHERE chunk = $1 AND space = $2", 0L, _space);
        var hits = new List<VectorHit>(candidates.Count);
        foreach (var (position, _) in candidates)
        {
            var chunk = _vectors.Ids[position];
            exact.Parameters[0].Value = chunk;

            // A chunk deleted since the vectors were loaded has no row any more.
            if (exact.ExecuteScalar() is byte[] value)
            {
                hits.Add(new VectorHit(chunk, Dot(query, MemoryMarshal.Cast<byte, float>(value))));
            }
        }

        hits.Sort((a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.ChunkId.CompareTo(b.ChunkId));
        return hits.Count > limit ? hits.GetRange(0, limit) : hits;
    }

    /// <summary>Writes the packs anew when many rows are outside them or gone; call inside a transaction.</summary>
    public static void PackWhenWorthwhile(SqliteConnection connection, long space, int dimensions, bool always = false)
    {
        var packedTo = PackedTo(connection, space);
        var loose = connection.Scalar<long>("SELECT count(*) FROM vector WHERE space = $1 AND id > $2", space, packedTo);
        var gone = connection.Scalar<long>("SELECT count(*) FROM vector_tombstone WHERE space = $1", space);
        var total = connection.Scalar<long>("SELECT count(*) FROM vector WHERE space = $1", space);
        if (!always && loose < PackSize && gone * 8 < total)
        {
            return;
        }

        connection.Execute("DELETE FROM vector_pack WHERE space = $1", space);
        connection.Execute("DELETE FROM vector_tombstone WHERE space = $1", space);
        var vectors = new PackedVectors(dimensions);
        AddRows(connection, space, 0, vectors);
        for (var (start, ordinal) = (0, 0); start < vectors.Count; start += PackSize, ordinal++)
        {
            var (ids, codes, scales) = vectors.Slice(start, Math.Min(PackSize, vectors.Count - start));
            connection.Execute(
                "INSERT INTO vector_pack(space, ordinal, ids, codes, scales) VALUES($1, $2, $3, $4, $5)",
                space, ordinal, ids, codes, scales);
        }

        var last = connection.Scalar<long>("SELECT coalesce(max(id), 0) FROM vector WHERE space = $1", space);
        Setting.Set(connection, Setting.PackedTo(space), last);
    }

    private static long PackedTo(SqliteConnection connection, long space) =>
        Setting.GetInt64(connection, Setting.PackedTo(space));

    private static void AddRows(SqliteConnection connection, long space, long after, PackedVectors vectors)
    {
        using var rows = connection.Command(
            "SELECT chunk, value FROM vector WHERE id > $1 AND space = $2 ORDER BY id", after, space);
        using var reader = rows.ExecuteReader();
        while (reader.Read())
        {
            var value = MemoryMarshal.Cast<byte, float>(reader.GetBytes(1));
            if (value.Length != vectors.Dimensions)
            {
                throw new InvalidDataException(
                    $"The vector of chunk {reader.GetInt64(0)} has {value.Length} dimensions, expected {vectors.Dimensions}.");
            }

            vectors.Add(reader.GetInt64(0), value);
        }
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
        {
            throw new InvalidDataException($"A vector has {b.Length} dimensions, the query {a.Length}.");
        }

        var sum = System.Numerics.Vector<float>.Zero;
        var width = System.Numerics.Vector<float>.Count;
        var i = 0;
        for (; i <= a.Length - width; i += width)
        {
            sum += new System.Numerics.Vector<float>(a[i..]) * new System.Numerics.Vector<float>(b[i..]);
        }

        var total = System.Numerics.Vector.Sum(sum);
        for (; i < a.Length; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }
}
