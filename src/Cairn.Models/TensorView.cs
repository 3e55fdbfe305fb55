namespace Cairn.Models;

/// <summary>A tensor's bytes inside a mapped file. Valid until the source is disposed; never write to it.</summary>
public readonly unsafe struct TensorView
{
    /// <summary>Describes memory of a tensor.</summary>
    /// <param name="info">What the memory holds.</param>
    /// <param name="data">First byte; owned by the source.</param>
    public TensorView(TensorInfo info, byte* data)
    {
        Info = info;
        Data = data;
    }

    /// <summary>Name, type, shape and size.</summary>
    public TensorInfo Info { get; }

    /// <summary>First byte. Owned by the source.</summary>
    public byte* Data { get; }

    /// <summary>Product of all dimensions but the last; 1 for a vector or a single number.</summary>
    public int Rows => Columns == 0 ? 0 : (int)(Info.ElementCount / Columns);

    /// <summary>The last dimension; 1 for a single number.</summary>
    public int Columns => Info.Shape.Count == 0 ? 1 : (int)Info.Shape[^1];

    /// <summary>The bytes as a span.</summary>
    /// <exception cref="OverflowException">The tensor is larger than a span can be (2 GiB).</exception>
    public ReadOnlySpan<byte> Bytes => new(Data, checked((int)Info.SizeInBytes));

    /// <summary>Copies the values, converted to single precision, row after row.</summary>
    /// <exception cref="NotSupportedException">The type has no conversion here.</exception>
    public float[] ToFloats()
    {
        var values = new float[checked((int)Info.ElementCount)];
        for (var row = 0; row < Rows; row++) CopyRow(row, values.AsSpan(row * Columns, Columns));
        return values;
    }

    /// <summary>Copies one row, converted to single precision.</summary>
    /// <param name="row">Number of the row, from 0.</param>
    /// <param name="values">Destination, as long as a row.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="NotSupportedException">The type has no conversion here.</exception>
    public void CopyRow(int row, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        if (values.Length != Columns) throw new ArgumentException($"A row has {Columns} values, not {values.Length}.", nameof(values));

        var rowBytes = Info.SizeInBytes / Rows;
        TensorValues.Convert(Info, new ReadOnlySpan<byte>(Data + (row * rowBytes), checked((int)rowBytes)), values);
    }
}
