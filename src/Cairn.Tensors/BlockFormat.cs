using System.Diagnostics.CodeAnalysis;

namespace Cairn.Tensors;

/// <summary>
/// A weight format: how a run of <see cref="BlockSize"/> values lies in <see cref="BlockBytes"/> bytes, and the
/// conversions to and from float32. One folder a format; <see cref="All"/> is the only table of them.
/// </summary>
/// <remarks>Thread-safe: a format holds no state.</remarks>
public abstract class BlockFormat
{
    private static readonly BlockFormat[] Table =
    [
        new F32Format(),
        new F16Format(),
        new BF16Format(),
        new Q8_0Format(),
        new Q4_0Format(),
        new Q4_1Format(),
        new Q5_0Format(),
        new Q5_1Format(),
        new Q2_KFormat(),
        new Q3_KFormat(),
        new Q4_KFormat(),
        new Q5_KFormat(),
        new Q6_KFormat(),
        new IQ4_NLFormat(),
    ];

    /// <summary>Every supported format, in the order that messages list them.</summary>
    public static IReadOnlyList<BlockFormat> All => Table;

    /// <summary>The number of this format in model files.</summary>
    public abstract GgmlType Type { get; }

    /// <summary>Name as the model world spells it, for example <c>Q4_1</c>.</summary>
    public string Name => Type.ToString();

    /// <summary>Values in one block.</summary>
    public abstract int BlockSize { get; }

    /// <summary>Bytes of one block.</summary>
    public abstract int BlockBytes { get; }

    /// <summary>Bytes of a row.</summary>
    /// <param name="columns">Values of the row; a multiple of <see cref="BlockSize"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="columns"/> is negative or not a multiple of the block size.</exception>
    public long RowBytes(long columns)
    {
        if (columns < 0 || columns % BlockSize != 0)
        {
            throw new ArgumentException(
                $"A row of {columns:N0} values cannot be {Name}: the count must be a multiple of {BlockSize}.",
                nameof(columns));
        }

        return checked(columns / BlockSize * BlockBytes);
    }

    /// <summary>Writes the float32 values of whole blocks; exact, every format's value is a float32.</summary>
    /// <param name="blocks">Blocks in the file's layout.</param>
    /// <param name="values">Receives <see cref="BlockSize"/> values per block.</param>
    /// <exception cref="ArgumentException">The lengths are not whole blocks of each other.</exception>
    public void Dequantize(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        RequireBlocks(blocks.Length, values.Length);
        DequantizeBlocks(blocks, values);
    }

    /// <summary>Writes the blocks of float32 values with the reference quantiser's rounding.</summary>
    /// <param name="values">Whole blocks of values; finite.</param>
    /// <param name="blocks">Receives <see cref="BlockBytes"/> bytes per block.</param>
    /// <exception cref="ArgumentException">The lengths are not whole blocks of each other.</exception>
    public void Quantize(ReadOnlySpan<float> values, Span<byte> blocks)
    {
        RequireBlocks(blocks.Length, values.Length);
        QuantizeBlocks(values, blocks);
    }

    /// <summary>The format of <paramref name="type"/>.</summary>
    /// <exception cref="NotSupportedException">No kernels for the type; the message lists the supported ones.</exception>
    public static BlockFormat Get(GgmlType type) =>
        TryGet(type, out var format)
            ? format
            : throw new NotSupportedException(
                $"Weight type {type} ({(int)type}) is not supported; supported: {string.Join(", ", All.Select(f => f.Name))}.");

    /// <summary>Finds the format of <paramref name="type"/>; false when it has no kernels.</summary>
    public static bool TryGet(GgmlType type, [NotNullWhen(true)] out BlockFormat? format)
    {
        format = Array.Find(Table, f => f.Type == type);
        return format is not null;
    }

    /// <summary>Kernels with 8-bit activations that this machine can run, fastest first; none for unquantised formats.</summary>
    internal virtual IEnumerable<MatrixKernel> Int8Kernels() => [];

    /// <summary>Kernels with 16-bit activations that this machine can run, fastest first; floats serve a format without.</summary>
    internal virtual IEnumerable<MatrixKernel> Int16Kernels() => [];

    /// <summary>Conversion behind <see cref="Dequantize"/>; lengths are checked.</summary>
    private protected abstract void DequantizeBlocks(ReadOnlySpan<byte> blocks, Span<float> values);

    /// <summary>Conversion behind <see cref="Quantize"/>; lengths are checked.</summary>
    private protected abstract void QuantizeBlocks(ReadOnlySpan<float> values, Span<byte> blocks);

    private void RequireBlocks(int bytes, int values)
    {
        if (bytes % BlockBytes != 0 || (long)(bytes / BlockBytes) * BlockSize != values)
        {
            throw new ArgumentException(
                $"{bytes:N0} bytes and {values:N0} values are not the same {Name} blocks: a block has {BlockBytes} bytes and {BlockSize} values.");
        }
    }
}
