namespace Cairn.Tensors;

/// <summary>
/// Weights [rows, columns], row-major in a file's format, made ready for multiplication: packed once for the kernel
/// that serves them (then this object owns the only copy needed), or read in place.
/// </summary>
/// <remarks>
/// Formats without a kernel for the <see cref="ActivationType"/> use float arithmetic, the unquantised always, and so do
/// quantised weights with an infinite or NaN scale; <see cref="Kernel"/> says so. Immutable after <see cref="Create"/>; any thread may read it.
/// Multiply with <see cref="MatrixMultiplier"/>.
/// </remarks>
public sealed unsafe class WeightMatrix : IDisposable
{
    private readonly MatrixKernel _kernel;
    private readonly AlignedMemory<byte>? _packed;
    private byte* _data;

    private WeightMatrix(
        string name, BlockFormat format, byte* data, int rows, int columns, ActivationType activation, ThreadTeam team, Action<long, long>? onPacked)
    {
        Name = name;
        Type = format.Type;
        Rows = rows;
        Columns = columns;
        Activation = activation;
        _kernel = MatrixKernels.Select(format, activation);
        _packed = Pack(_kernel, data, format.RowBytes(columns) * rows, rows, columns, team, onPacked);
        if (_packed is null)
        {
            _kernel = new FloatKernel(format);
        }

        _data = _packed is null ? data : _packed.Pointer;
    }

    /// <summary>Tensor name, for messages and reports.</summary>
    public string Name { get; }

    /// <summary>Format of the weights in the file.</summary>
    public GgmlType Type { get; }

    /// <summary>Output features.</summary>
    public int Rows { get; }

    /// <summary>Input features.</summary>
    public int Columns { get; }

    /// <summary>Arithmetic that was asked for; <see cref="Kernel"/> says what serves it.</summary>
    public ActivationType Activation { get; }

    /// <summary>Whether the caller's memory is read on every product and must stay valid as long as this object.</summary>
    public bool IsInPlace => _packed is null;

    /// <summary>What multiplies this matrix: format, layout, arithmetic and instruction set.</summary>
    public string Kernel => _kernel.Name;

    /// <summary>Bytes of native memory that this object owns.</summary>
    public long OwnedBytes => _packed?.SizeInBytes ?? 0;

    /// <summary>Bytes that a product with one token reads: the packed weights, or those of the file.</summary>
    public long ReadBytes => _packed?.SizeInBytes ?? BlockFormat.Get(Type).RowBytes(Columns) * Rows;

    internal MatrixKernel MatrixKernel => _kernel;

    internal byte* Data
    {
        get
        {
            ObjectDisposedException.ThrowIf(_data is null, this);
            return _data;
        }
    }

    /// <summary>Chooses a kernel for the weights and packs them for it, on all workers of <paramref name="team"/>.</summary>
    /// <param name="name">Tensor name, for messages and reports.</param>
    /// <param name="type">Format of <paramref name="data"/>.</param>
    /// <param name="data">Weights, [rows, columns] row-major. The caller may free it after this call unless <see cref="IsInPlace"/>.</param>
    /// <param name="sizeInBytes">Bytes at <paramref name="data"/>; must be exactly what the shape needs.</param>
    /// <param name="rows">Output features, at least 1.</param>
    /// <param name="columns">Input features, at least 1, a multiple of the format's block size.</param>
    /// <param name="activation">Arithmetic of the products.</param>
    /// <param name="team">Threads that pack; not used afterwards.</param>
    /// <param name="onPacked">
    /// Told, by any thread of the team, which bytes of <paramref name="data"/> have been packed: first byte and length. They
    /// are read again only if the matrix ends <see cref="IsInPlace"/>, so a mapped file may let their pages go.
    /// </param>
    /// <exception cref="ArgumentException">The shape does not fit the format or the size.</exception>
    /// <exception cref="NotSupportedException">The format has no kernels.</exception>
    public static WeightMatrix Create(
        string name,
        GgmlType type,
        byte* data,
        long sizeInBytes,
        int rows,
        int columns,
        ActivationType activation,
        ThreadTeam team,
        Action<long, long>? onPacked = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(team);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        var format = BlockFormat.Get(type);
        var expected = checked(format.RowBytes(columns) * rows);
        if (sizeInBytes != expected)
        {
            throw new ArgumentException(
                $"Tensor '{name}' has {sizeInBytes:N0} bytes; {rows:N0} rows of {columns:N0} {format.Name} values need {expected:N0}.",
                nameof(sizeInBytes));
        }

        return new WeightMatrix(name, format, data, rows, columns, activation, team, onPacked);
    }

    /// <summary>Writes the exact weights of one row: an embedding look-up, or a check.</summary>
    /// <param name="row">Row, from 0.</param>
    /// <param name="values">Receives <see cref="Columns"/> values.</param>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="row"/> is not a row of the matrix.</exception>
    public void DequantizeRow(int row, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        if (values.Length != Columns)
        {
            throw new ArgumentException(
                $"values has {values.Length:N0} elements; '{Name}' has {Columns:N0} columns.", nameof(values));
        }

        _kernel.DequantizeRow(Data, Rows, Columns, row, values);
    }

    /// <summary>Frees the packed weights. No product may be running.</summary>
    public void Dispose()
    {
        _data = null;
        _packed?.Dispose();
    }

    // Null when the kernel reads the file's layout, or cannot compute these weights: floats then serve them.
    private static AlignedMemory<byte>? Pack(
        MatrixKernel kernel, byte* data, long dataBytes, int rows, int columns, ThreadTeam team, Action<long, long>? onPacked)
    {
        var bytes = kernel.PackedBytes(rows, columns);
        if (bytes == 0)
        {
            return null;
        }

        var packed = new AlignedMemory<byte>(bytes, zeroed: false);
        if (new PackJob(kernel, data, dataBytes, rows, columns, packed.Pointer, onPacked).Run(team))
        {
            return packed;
        }

        packed.Dispose();
        return null;
    }
}
