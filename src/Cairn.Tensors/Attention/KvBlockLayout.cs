using System.Numerics.Tensors;

namespace Cairn.Tensors.Attention;

/// <summary>
/// Where the keys and values of one head lie in a block of <see cref="BlockLength"/> positions. Keys come first, as
/// [position / 32, dim, position % 32], so that a vector holds one dimension of neighbouring positions and a dot
/// product needs no sum across lanes. Values follow as [position, dim], each row padded to a multiple of 32.
/// </summary>
/// <remarks>
/// Memory must be zeroed when it is allocated: the padding, and positions not written yet, are read and multiplied by
/// zero.
/// </remarks>
public readonly unsafe struct KvBlockLayout
{
    /// <summary>Positions in a block.</summary>
    public const int BlockLength = 128;

    /// <summary>Positions that lie side by side in the key part.</summary>
    internal const int GroupLength = 32;

    /// <summary>Describes the heads of a model.</summary>
    /// <param name="headDim">Values of one key or value vector.</param>
    /// <param name="type">Stored element type.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="headDim"/> is not positive.</exception>
    public KvBlockLayout(int headDim, KvElementType type)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(headDim);
        HeadDim = headDim;
        Type = type;
        ValueStride = (headDim + GroupLength - 1) / GroupLength * GroupLength;
    }

    /// <summary>Values of one key or value vector.</summary>
    public int HeadDim { get; }

    /// <summary>Stored element type.</summary>
    public KvElementType Type { get; }

    /// <summary>Elements from one value row to the next.</summary>
    public int ValueStride { get; }

    /// <summary>Bytes of one element.</summary>
    public int ElementSize => Type == KvElementType.F32 ? sizeof(float) : sizeof(ushort);

    /// <summary>Bytes of one head in one block, keys and values together; a multiple of 64.</summary>
    public long HeadBytes => ValueOffset + ((long)BlockLength * ValueStride * ElementSize);

    /// <summary>Bytes from the start of a head to its values.</summary>
    public long ValueOffset => (long)BlockLength * HeadDim * ElementSize;

    /// <summary>Stores the key and the value of one position.</summary>
    /// <param name="head">Start of the head in its block.</param>
    /// <param name="slot">Position in the block, 0 to <see cref="BlockLength"/> − 1.</param>
    /// <param name="key">Key, [head dim].</param>
    /// <param name="value">Value, [head dim].</param>
    public void Store(byte* head, int slot, float* key, float* value)
    {
        long keyIndex = ((long)(slot / GroupLength) * HeadDim * GroupLength) + (slot % GroupLength);
        long valueIndex = (long)slot * ValueStride;
        if (Type == KvElementType.F32)
        {
            float* keys = (float*)head + keyIndex;
            for (int d = 0; d < HeadDim; d++)
                keys[d * GroupLength] = key[d];

            new ReadOnlySpan<float>(value, HeadDim)
                .CopyTo(new Span<float>((float*)(head + ValueOffset) + valueIndex, HeadDim));
            return;
        }

        // The half-precision key passes through the value row, so that no scratch is needed for the conversion.
        var row = new Span<Half>((Half*)(head + ValueOffset) + valueIndex, HeadDim);
        TensorPrimitives.ConvertToHalf(new ReadOnlySpan<float>(key, HeadDim), row);
        Half* halves = (Half*)head + keyIndex;
        for (int d = 0; d < HeadDim; d++)
            halves[d * GroupLength] = row[d];

        TensorPrimitives.ConvertToHalf(new ReadOnlySpan<float>(value, HeadDim), row);
    }
}
