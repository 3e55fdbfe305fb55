namespace Cairn.Tensors.Attention;

/// <summary>
/// Where the keys and values of one head lie in a block of <see cref="BlockLength"/> positions, in the order in which
/// attention reads them.
/// </summary>
/// <remarks>
/// <para>
/// Keys come first, as [position / 32, dim, position % 32]: a vector holds one dimension of neighbouring positions, and a
/// dot product needs no sum across lanes. Values follow as [dim / 32, position, dim % 32], the last dimensions padded to 32.
/// So both are read from front to back.
/// </para>
/// <para>
/// <see cref="KvElementType.Q8_0"/> has one scale for each 32 dimensions of a position, as the format has it in a file; the
/// scales lie in front of what they belong to, those of neighbouring positions side by side: [position / 32, dim / 32] of
/// {scales of 32 positions, bytes [dim % 32, position % 32]} for keys, [dim / 32] of {scales of 128 positions, bytes
/// [position, dim % 32]} for values.
/// </para>
/// <para>
/// Memory must be zeroed when it is allocated: the padding, and positions not written yet, are read and multiplied by zero.
/// </para>
/// </remarks>
public readonly unsafe struct KvBlockLayout
{
    /// <summary>Positions in a block.</summary>
    public const int BlockLength = 128;

    /// <summary>Positions of keys, and dimensions of values, that lie side by side.</summary>
    internal const int GroupLength = 32;

    private const int Alignment = 64;

    /// <summary>Describes the heads of a model.</summary>
    /// <param name="headDim">Values of one key or value vector.</param>
    /// <param name="type">Stored element type.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="headDim"/> is not positive.</exception>
    public KvBlockLayout(int headDim, KvElementType type)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(headDim);
        HeadDim = headDim;
        Type = type;
        DimGroups = (headDim + GroupLength - 1) / GroupLength;
        KeyScaleBytes = type == KvElementType.Q8_0 ? GroupLength * sizeof(ushort) : 0;
        ValueScaleBytes = type == KvElementType.Q8_0 ? BlockLength * sizeof(ushort) : 0;
    }

    /// <summary>Values of one key or value vector.</summary>
    public int HeadDim { get; }

    /// <summary>Stored element type.</summary>
    public KvElementType Type { get; }

    /// <summary>Bytes of one head in one block, keys and values together; a multiple of 64.</summary>
    public long HeadBytes => ValueOffset + (DimGroups * ValueGroupBytes);

    /// <summary>Groups of 32 dimensions, the last of which may be short.</summary>
    internal int DimGroups { get; }

    /// <summary>Dimensions of a value with its padding.</summary>
    internal int ValueStride => DimGroups * GroupLength;

    /// <summary>Bytes of one element.</summary>
    internal int ElementSize => Type switch
    {
        KvElementType.F32 => sizeof(float),
        KvElementType.F16 => sizeof(ushort),
        _ => sizeof(sbyte),
    };

    /// <summary>Bytes of scales in front of 32 dimensions of the keys of 32 positions.</summary>
    internal int KeyScaleBytes { get; }

    /// <summary>Bytes of scales in front of 32 dimensions of the values of a block.</summary>
    internal int ValueScaleBytes { get; }

    /// <summary>Bytes of the keys of 32 positions.</summary>
    internal long KeyGroupBytes => ((long)GroupLength * HeadDim * ElementSize) + (DimGroups * KeyScaleBytes);

    /// <summary>Bytes from the start of a head to its values.</summary>
    internal long ValueOffset => ((BlockLength / GroupLength * KeyGroupBytes) + Alignment - 1) / Alignment * Alignment;

    /// <summary>Bytes of 32 dimensions of the values of a block.</summary>
    internal long ValueGroupBytes => ValueScaleBytes + ((long)BlockLength * GroupLength * ElementSize);

    /// <summary>Stores the key and the value of one position.</summary>
    /// <param name="head">Start of the head in its block.</param>
    /// <param name="slot">Position in the block, 0 to <see cref="BlockLength"/> − 1.</param>
    /// <param name="key">Key, [head dim].</param>
    /// <param name="value">Value, [head dim].</param>
    public void Store(byte* head, int slot, float* key, float* value)
    {
        byte* keys = head + (slot / GroupLength * KeyGroupBytes);
        byte* values = head + ValueOffset;
        for (int d = 0; d < HeadDim; d += GroupLength)
        {
            int count = Math.Min(GroupLength, HeadDim - d);
            KvElements.Store(Type, key + d, count, keys, KeyScaleBytes, slot % GroupLength, 1, GroupLength);
            KvElements.Store(Type, value + d, count, values, ValueScaleBytes, slot, GroupLength, 1);
            keys += KeyScaleBytes + ((long)GroupLength * GroupLength * ElementSize);
            values += ValueGroupBytes;
        }
    }

    /// <summary>Reads the key and the value of one position as they are stored.</summary>
    /// <param name="head">Start of the head in its block.</param>
    /// <param name="slot">Position in the block, 0 to <see cref="BlockLength"/> − 1.</param>
    /// <param name="key">Receives the key, [head dim].</param>
    /// <param name="value">Receives the value, [head dim].</param>
    internal void Load(byte* head, int slot, float* key, float* value)
    {
        byte* keys = head + (slot / GroupLength * KeyGroupBytes);
        byte* values = head + ValueOffset;
        for (int d = 0; d < HeadDim; d += GroupLength)
        {
            int count = Math.Min(GroupLength, HeadDim - d);
            KvElements.Load(Type, keys, KeyScaleBytes, slot % GroupLength, 1, GroupLength, count, key + d);
            KvElements.Load(Type, values, ValueScaleBytes, slot, GroupLength, 1, count, value + d);
            keys += KeyScaleBytes + ((long)GroupLength * GroupLength * ElementSize);
            values += ValueGroupBytes;
        }
    }
}
