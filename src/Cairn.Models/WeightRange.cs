using Cairn.Tensors;

namespace Cairn.Models;

/// <summary>What a format can hold, checked before a tensor is written in it.</summary>
public static class WeightRange
{
    /// <summary>Refuses weights that are not finite or above <see cref="BlockFormat.LargestInAnyBlock"/>.</summary>
    /// <param name="path">The file that the tensor is in, for the message.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="format">The type to write.</param>
    /// <param name="values">Weights of it.</param>
    /// <param name="row">The row that they are in, for the message.</param>
    /// <exception cref="ModelFormatException">A weight is not finite, or too large for the type.</exception>
    public static void Require(string path, TensorInfo tensor, BlockFormat format, ReadOnlySpan<float> values, int row)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(format);
        var most = format.LargestInAnyBlock;
        foreach (var value in values)
        {
            if (Math.Abs(value) <= most) continue;

            throw new ModelFormatException(
                ModelFormatError.NotFinite, path, $"tensor '{tensor.Name}' has a weight that {format.Name} cannot hold",
                $"numbers up to {most:G6}", $"{value} in row {row:N0}", tensor.Offset, tensor.Name);
        }
    }
}
