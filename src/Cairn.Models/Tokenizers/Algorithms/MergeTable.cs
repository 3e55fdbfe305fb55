using System.Numerics;

namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>The merges of a byte-pair encoding: (left id, right id) → (rank, merged id). A lower rank merges first.</summary>
/// <remarks>Open addressing with linear probing, at most half full; read-only once built.</remarks>
internal sealed class MergeTable
{
    private const ulong Empty = ulong.MaxValue;

    private readonly ulong[] _keys;
    private readonly Merge[] _merges;
    private readonly int _shift;

    public MergeTable(int capacity)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, checked(capacity * 2)));
        _keys = new ulong[size];
        _merges = new Merge[size];
        _shift = 64 - BitOperations.Log2((uint)size);
        Array.Fill(_keys, Empty);
    }

    public int Count { get; private set; }

    /// <summary>Adds a merge; of two for the same pair the later one counts.</summary>
    public void Add(int left, int right, Merge merge)
    {
        var key = Key(left, right);
        var slot = Find(key);
        if (_keys[slot] == Empty) Count++;
        if (Count > _keys.Length / 2) throw new InvalidOperationException("The table is smaller than its merges.");

        _keys[slot] = key;
        _merges[slot] = merge;
    }

    /// <summary>The merge of a pair, or <see cref="Merge.None"/>; negative ids merge with nothing.</summary>
    public Merge Get(int left, int right)
    {
        if ((left | right) < 0) return Merge.None;

        var key = Key(left, right);
        var slot = Find(key);
        return _keys[slot] == key ? _merges[slot] : Merge.None;
    }

    public void Describe(FingerprintBuilder fingerprint)
    {
        var filled = Enumerable.Range(0, _keys.Length).Where(slot => _keys[slot] != Empty).ToArray();
        Array.Sort(filled, (a, b) => _keys[a].CompareTo(_keys[b]));
        fingerprint.Add(filled.Length);
        foreach (var slot in filled)
        {
            fingerprint.Add((int)(_keys[slot] >> 32));
            fingerprint.Add((int)_keys[slot]);
            fingerprint.Add(_merges[slot].Rank);
            fingerprint.Add(_merges[slot].Id);
        }
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int Find(ulong key)
    {
        var mask = _keys.Length - 1;
        var slot = (int)((key * 0x9E3779B97F4A7C15UL) >> _shift);
        while (_keys[slot] != key && _keys[slot] != Empty)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }
}
