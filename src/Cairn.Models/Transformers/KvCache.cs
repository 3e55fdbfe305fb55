using Cairn.Models.Adapters;
using Cairn.Tensors;
using Cairn.Tensors.Attention;

namespace Cairn.Models.Transformers;

/// <summary>
/// Keys and values of one sequence: blocks of 128 positions, each with all layers and key/value heads, allocated when
/// the sequence reaches them.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed unsafe class KvCache : IDisposable
{
    private const int FirstTableLength = 64;

    private readonly int _kvHeadCount;
    private readonly long _blockBytes;
    private readonly List<AlignedMemory<byte>> _blocks = [];
    private AlignedMemory<nint> _table; // grows with the sequence: a file may claim any context length

    internal KvCache(KvBlockLayout layout, int layerCount, int kvHeadCount, int contextLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(contextLength);
        Layout = layout;
        ContextLength = contextLength;
        _kvHeadCount = kvHeadCount;
        _blockBytes = layout.HeadBytes * kvHeadCount * layerCount;
        _table = new AlignedMemory<nint>(Math.Min(FirstTableLength, BlocksFor(contextLength)));
    }

    /// <summary>Most tokens that fit.</summary>
    public int ContextLength { get; }

    /// <summary>Tokens held.</summary>
    public int Length { get; private set; }

    /// <summary>The adapters that computed what it holds. An empty cache takes those of the first tokens.</summary>
    public AdapterSet Adapters { get; private set; } = AdapterSet.Empty;

    /// <summary>Bytes of native memory in use.</summary>
    public long OwnedBytes => _blocks.Count * _blockBytes;

    internal KvBlockLayout Layout { get; }

    internal byte** Blocks => (byte**)_table.Pointer;

    /// <summary>Forgets all tokens from position <paramref name="length"/> on; blocks stay allocated for the next ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer tokens than that.</exception>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <summary>Frees the blocks that hold no token.</summary>
    public void Trim()
    {
        for (int block = _blocks.Count - 1; block >= BlocksFor(Length); block--)
        {
            _blocks[block].Dispose();
            _blocks.RemoveAt(block);
            _table.Pointer[block] = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (AlignedMemory<byte> block in _blocks)
            block.Dispose();

        _blocks.Clear();
        _table.Dispose();
        Length = 0;
    }

    /// <summary>Bytes from the start of a block to the first head of a layer.</summary>
    internal long LayerOffset(int layer) => (long)layer * _kvHeadCount * Layout.HeadBytes;

    /// <summary>Start of the first head of a layer in the block of a position.</summary>
    internal byte* LayerAt(int position, int layer) =>
        Blocks[position / KvBlockLayout.BlockLength] + LayerOffset(layer);

    /// <summary>Allocates the blocks of the first <paramref name="length"/> positions.</summary>
    internal void Reserve(int length)
    {
        while (_blocks.Count < BlocksFor(length))
        {
            if (_blocks.Count == _table.Length) GrowTable();
            var block = new AlignedMemory<byte>(_blockBytes);
            _table.Pointer[_blocks.Count] = (nint)block.Pointer;
            _blocks.Add(block);
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

    private void GrowTable()
    {
        var larger = new AlignedMemory<nint>(_table.Length * 2);
        new ReadOnlySpan<nint>(_table.Pointer, _blocks.Count).CopyTo(new Span<nint>(larger.Pointer, _blocks.Count));
        _table.Dispose();
        _table = larger;
    }

    private static int BlocksFor(int length) => (int)(((long)length + KvBlockLayout.BlockLength - 1) / KvBlockLayout.BlockLength);
}
