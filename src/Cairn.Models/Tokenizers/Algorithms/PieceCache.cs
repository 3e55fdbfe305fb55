namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>Remembers how pieces were encoded. Bounded: one piece a slot, a newer one replaces the older.</summary>
/// <remarks>Safe for concurrent use without locks: an entry never changes, and a slot is one reference.</remarks>
internal sealed class PieceCache
{
    private const int SlotBits = 15;
    private const int LongestPiece = 64;

    private readonly Entry?[] _slots = new Entry?[1 << SlotBits];

    public EncodedPiece? Find(ReadOnlySpan<char> piece, out int hash)
    {
        hash = 0;
        if (piece.Length > LongestPiece) return null;

        hash = string.GetHashCode(piece);
        var entry = Volatile.Read(ref _slots[Slot(hash)]);
        return entry is not null && entry.Hash == hash && piece.SequenceEqual(entry.Piece) ? entry.Encoded : null;
    }

    public void Add(ReadOnlySpan<char> piece, int hash, EncodedPiece encoded)
    {
        if (piece.Length > LongestPiece) return;

        Volatile.Write(ref _slots[Slot(hash)], new Entry(hash, piece.ToString(), encoded));
    }

    private static int Slot(int hash) => (int)((uint)hash >> (32 - SlotBits));

    private sealed record Entry(int Hash, string Piece, EncodedPiece Encoded);
}
