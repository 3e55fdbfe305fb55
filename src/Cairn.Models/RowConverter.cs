using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Cairn.Tensors;

namespace Cairn.Models;

/// <summary>Converts tensors to another type on all threads of a team, a panel of rows at a time.</summary>
/// <remarks>The bytes do not depend on the number of threads. Not thread-safe: one tensor at a time.</remarks>
public sealed unsafe class RowConverter
{
    private const int PanelValues = 1 << 22;
    private const int RowsPerClaim = 4;

    private readonly ThreadTeam _team;

    /// <summary>Prepares conversions.</summary>
    /// <param name="team">Threads; the caller keeps and disposes them.</param>
    public RowConverter(ThreadTeam team)
    {
        ArgumentNullException.ThrowIfNull(team);
        _team = team;
    }

    /// <summary>Converts all rows of a tensor and writes them one after another.</summary>
    /// <param name="path">The file that the tensor is in, for messages.</param>
    /// <param name="source">The tensor; rows must fill whole blocks of the target type.</param>
    /// <param name="format">The type to write.</param>
    /// <param name="importance">
    /// A weight for each column; or for each column of each matrix of a stack, [matrices, columns]; or empty.
    /// </param>
    /// <param name="destination">Receives the bytes.</param>
    /// <param name="cancellationToken">Stops between panels.</param>
    /// <returns>The error that the conversion made, from reading back what was written.</returns>
    /// <exception cref="ModelFormatException">A value is not finite, or too large for the type.</exception>
    /// <exception cref="ArgumentException">The importance has another length, or rows do not fill blocks.</exception>
    public RowConversion Convert(
        string path,
        TensorView source,
        BlockFormat format,
        ReadOnlySpan<float> importance,
        Stream destination,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(destination);
        if (importance.Length % source.Columns != 0 || (!importance.IsEmpty && source.Rows % (importance.Length / source.Columns) != 0))
        {
            throw new ArgumentException(
                $"{importance.Length:N0} weights do not fit tensor '{source.Info.Name}' of shape {source.Info.ShapeText}.", nameof(importance));
        }

        var job = new Job(path, source, format, importance.ToArray(), _team.ThreadCount);
        var total = default(RowConversion);
        var panel = Math.Max(RowsPerClaim * _team.ThreadCount, PanelValues / source.Columns);
        for (var first = 0; first < source.Rows; first += panel)
        {
            cancellationToken.ThrowIfCancellationRequested();
            total += job.Run(_team, first, Math.Min(panel, source.Rows - first), destination);
        }

        return total;
    }

    /// <summary>The conversion of one tensor.</summary>
    private sealed class Job
    {
        private readonly string _path;
        private readonly TensorView _source;
        private readonly BlockFormat _format;
        private readonly float[] _importance;
        private readonly int _rowsPerMatrix;
        private readonly int _rowBytes;
        private readonly (float[] Values, float[] Returned)[] _buffers;
        private byte[] _bytes = [];
        private RowConversion[] _results = [];
        private int _firstRow;
        private int _rows;
        private int _next;

        public Job(string path, TensorView source, BlockFormat format, float[] importance, int threads)
        {
            (_path, _source, _format, _importance) = (path, source, format, importance);
            _rowsPerMatrix = importance.Length == 0 ? int.MaxValue : source.Rows / (importance.Length / source.Columns);
            _rowBytes = checked((int)format.RowBytes(source.Columns));
            _buffers = [.. Enumerable.Range(0, threads).Select(_ => (new float[source.Columns], new float[source.Columns]))];
        }

        public RowConversion Run(ThreadTeam team, int firstRow, int rows, Stream destination)
        {
            (_firstRow, _rows, _next) = (firstRow, rows, 0);
            var size = checked(rows * _rowBytes);
            if (_bytes.Length < size) _bytes = new byte[size];
            if (_results.Length < rows) _results = new RowConversion[rows];
            var handle = GCHandle.Alloc(this);
            try
            {
                team.RunShared(&Work, (void*)GCHandle.ToIntPtr(handle));
            }
            finally
            {
                handle.Free();
            }

            destination.Write(_bytes, 0, size);
            var sum = default(RowConversion);
            for (var row = 0; row < rows; row++) sum += _results[row]; // in order: the same sum for any number of threads
            return sum;
        }

        private static void Work(void* context, int worker, int workers)
        {
            var job = (Job)GCHandle.FromIntPtr((nint)context).Target!;
            for (int start; (start = Interlocked.Add(ref job._next, RowsPerClaim) - RowsPerClaim) < job._rows;)
            {
                for (var row = start; row < Math.Min(start + RowsPerClaim, job._rows); row++)
                {
                    job._results[row] = job.ConvertRow(row, job._buffers[worker].Values, job._buffers[worker].Returned);
                }
            }
        }

        private RowConversion ConvertRow(int row, float[] values, float[] returned)
        {
            _source.CopyRow(_firstRow + row, values);
            WeightRange.Require(_path, _source.Info, _format, values, _firstRow + row);
            var bytes = _bytes.AsSpan(row * _rowBytes, _rowBytes);
            _format.Quantize(values, bytes, ImportanceOf(_firstRow + row));
            _format.Dequantize(bytes, returned);
            double squares = TensorPrimitives.SumOfSquares<float>(values);
            TensorPrimitives.Subtract(values, returned, returned);
            return new RowConversion(TensorPrimitives.SumOfSquares<float>(returned), squares, values.Length);
        }

        private ReadOnlySpan<float> ImportanceOf(int row) => _importance.Length == 0
            ? default
            : _importance.AsSpan(row / _rowsPerMatrix * _source.Columns, _source.Columns);
    }
}
