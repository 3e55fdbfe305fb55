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

    /// <summary>No larger magnitude can be held. A minimum that is an f16 (Q4_1, Q5_1) has its own limit, 65,504.</summary>
    public abstract float LargestValue { get; }

    /// <summary>Every magnitude up to this can be held, whatever else is in the block.</summary>
    public virtual float LargestInAnyBlock => LargestValue;

    /// <summary>
    /// Writes the blocks of float32 values. F16, BF16, Q8_0 and, without importance, Q4_0, Q4_1, Q5_0, Q5_1 round as the
    /// reference quantiser does, to the same bytes; the others, and those four with importance, search the scales that
    /// make Σ importance · (value − weight)² small.
    /// </summary>
    /// <param name="values">Whole blocks of values; a row where importance is given. Formats with blocks refuse what is not
    /// finite or above <see cref="LargestValue"/>; float formats round it, to infinity if need be.</param>
    /// <param name="blocks">Receives <see cref="BlockBytes"/> bytes per block.</param>
    /// <param name="importance">One number a value, zero or more: how much its squared error counts, in any unit, for example
    /// the mean square of the activation that meets it. Nothing: all count the same.</param>
    /// <exception cref="ArgumentException">The lengths are not whole blocks of each other, a value cannot be held, or an
    /// importance is negative or not finite.</exception>
    /// <remarks>Allocates nothing. The bytes do not depend on the processor.</remarks>
    public void Quantize(ReadOnlySpan<float> values, Span<byte> blocks, ReadOnlySpan<float> importance = default)
    {
        RequireBlocks(blocks.Length, values.Length);
        RequireImportance(importance, values.Length);
        if (BlockSize > 1)
        {
            RequireRange(values);
        }

        QuantizeBlocks(values, blocks, importance);
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

    /// <summary>Kernels with 8-bit activations; none for unquantised formats.</summary>
    internal virtual KernelLadder? Int8Ladder => null;

    /// <summary>Kernels with 16-bit activations; floats serve a format without.</summary>
    internal virtual KernelLadder? Int16Ladder => null;

    /// <summary>Kernels with 8-bit activations that this machine can run, fastest first.</summary>
    internal IEnumerable<MatrixKernel> Int8Kernels() => Int8Ladder?.Supported() ?? [];

    /// <summary>Kernels with 16-bit activations that this machine can run, fastest first.</summary>
    internal IEnumerable<MatrixKernel> Int16Kernels() => Int16Ladder?.Supported() ?? [];

    /// <summary>Conversion behind <see cref="Dequantize"/>; lengths are checked.</summary>
    private protected abstract void DequantizeBlocks(ReadOnlySpan<byte> blocks, Span<float> values);

    /// <summary>Conversion behind <see cref="Quantize"/>; everything is checked.</summary>
    private protected abstract void QuantizeBlocks(
        ReadOnlySpan<float> values, Span<byte> blocks, ReadOnlySpan<float> importance);

    private static void RequireImportance(ReadOnlySpan<float> importance, int values)
    {
        if (importance.IsEmpty)
        {
            return;
        }

        if (importance.Length != values)
        {
            throw new ArgumentException(
                $"importance has {importance.Length:N0} numbers; there are {values:N0} values.", nameof(importance));
        }

        for (var i = 0; i < importance.Length; i++)
        {
            if (!(importance[i] >= 0 && importance[i] <= float.MaxValue))
            {
                throw new ArgumentException(
                    $"importance[{i}] is {importance[i]}; it must be finite and not negative.", nameof(importance));
            }
        }
    }

    private void RequireRange(ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!(MathF.Abs(values[i]) <= LargestValue))
            {
                throw new ArgumentException(
                    $"Value {i:N0} is {values[i]}; {Name} holds magnitudes up to {LargestValue:G6}.", nameof(values));
            }
        }
    }

    private void RequireBlocks(int bytes, int values)
    {
        if (bytes % BlockBytes != 0 || (long)(bytes / BlockBytes) * BlockSize != values)
        {
            throw new ArgumentException(
                $"{bytes:N0} bytes and {values:N0} values are not the same {Name} blocks: a block has {BlockBytes} bytes and {BlockSize} values.");
        }
    }
}
