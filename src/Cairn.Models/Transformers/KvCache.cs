using Cairn.Models.Adapters;

namespace Cairn.Models.Transformers;

/// <summary>
/// Keys and values of one sequence, in blocks of 128 positions that are allocated when the sequence reaches them. Layers that
/// see only a window of the past have blocks of their own, which are reused when no coming token can see them.
/// </summary>
/// <remarks>
/// Windowed layers keep <see cref="RollbackTokens"/> positions more than their window, so that tokens can be forgotten again;
/// beyond that only forgetting all of them is possible (<see cref="CanTruncate"/>). Not thread-safe.
/// </remarks>
public sealed unsafe class KvCache : IDisposable
{
    /// <summary>How many of the last tokens <see cref="Truncate"/> can always forget.</summary>
    public const int RollbackTokens = 1024;

    private readonly KvCacheLayout _layout;
    private readonly KvBlockTable[] _tables; // of each group of layers

    internal KvCache(KvCacheLayout layout, int contextLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(contextLength);
        _layout = layout;
        ContextLength = contextLength;
        _tables = new KvBlockTable[layout.GroupCount];
        for (int group = 0; group < _tables.Length; group++)
            _tables[group] = new KvBlockTable(layout.BlockBytes(group), contextLength);
    }

    /// <summary>Most tokens that fit.</summary>
    public int ContextLength { get; }

    /// <summary>Tokens held; of the first ones, layers with a window may have let go.</summary>
    public int Length { get; private set; }

    /// <summary>The adapters that computed what it holds. An empty cache takes those of the first tokens.</summary>
    public AdapterSet Adapters { get; private set; } = AdapterSet.Empty;

    /// <summary>Bytes of native memory in use.</summary>
    public long OwnedBytes => _tables.Sum(table => table.OwnedBytes);

    /// <summary>Whether <see cref="Truncate"/> can cut to a length.</summary>
    /// <returns>
    /// True for 0, the present length and up to <see cref="RollbackTokens"/> less; below that where no layer has let go of a
    /// position that the next token would see.
    /// </returns>
    public bool CanTruncate(int length)
    {
        if (length < 0 || length > Length)
            return false;

        for (int group = 0; group < _tables.Length && length > 0; group++)
        {
            if (FirstSeen(group, length) < _tables[group].FirstPosition)
                return false;
        }

        return true;
    }

    /// <summary>Forgets all tokens from position <paramref name="length"/> on; blocks stay allocated for the next ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer tokens than that.</exception>
    /// <exception cref="InvalidOperationException">Layers with a window no longer hold what the next token would see.</exception>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        if (!CanTruncate(length))
        {
            throw new InvalidOperationException(
                $"The cache cannot go back from {Length:N0} to {length:N0} tokens: its sliding layers keep their window and {RollbackTokens:N0} "
                + "tokens more. Truncate it to 0 and compute the text again.");
        }

        Length = length;
        for (int group = 0; group < _tables.Length && length == 0; group++)
        {
            if (_tables[group].FirstPosition > 0)
                _tables[group].Clear();
        }
    }

    /// <summary>Frees the blocks that hold no token.</summary>
    public void Trim()
    {
        foreach (KvBlockTable table in _tables)
            table.Trim(Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (KvBlockTable table in _tables)
            table.Dispose();

        Length = 0;
    }

    /// <summary>The blocks of a group of layers, by number; valid until the next <see cref="Reserve"/>.</summary>
    internal byte** BlocksOf(int group) => _tables[group].Pointers;

    /// <summary>
    /// Makes room for the positions up to <paramref name="length"/>. Blocks that neither the tokens from here on see nor those
    /// that a rollback may bring back are given up first.
    /// </summary>
    internal void Reserve(int length)
    {
        for (int group = 0; group < _tables.Length; group++)
        {
            _tables[group].Release(FirstSeen(group, Length) - RollbackTokens);
            _tables[group].Reserve(length);
        }
    }

    /// <summary>Counts tokens whose keys and values are now complete.</summary>
    internal void Advance(int tokens) => Length += tokens;

    /// <summary>Takes the adapters of the next tokens, or refuses them.</summary>
    /// <exception cref="ArgumentException">Other adapters computed what the cache holds.</exception>
    internal void RequireAdapters(AdapterSet adapters)
    {
        if (Length > 0 && !Adapters.Equals(adapters))
        {
            throw new ArgumentException(
                $"The cache holds {Length:N0} tokens that were computed with {Adapters}; the next ones ask for {adapters}. Truncate it to 0 first.",
                nameof(adapters));
        }

        Adapters = adapters;
    }

    /// <summary>The first position that a token at <paramref name="position"/> sees in a group of layers.</summary>
    private int FirstSeen(int group, int position)
    {
        int window = _layout.WindowOf(group);
        return window == 0 ? 0 : Math.Max(0, position + 1 - window);
    }
}
