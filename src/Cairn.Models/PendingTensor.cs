using Cairn.Tensors;

namespace Cairn.Models;

/// <summary>A tensor that a writer will write: what it is, and who gives its bytes.</summary>
internal sealed record PendingTensor(
    string Name, GgmlType Type, IReadOnlyList<long> Shape, long SizeInBytes, Action<Stream> Content)
{
    /// <summary>Checks name and shape and computes the size.</summary>
    /// <exception cref="ArgumentException">The shape is impossible for the type.</exception>
    public static PendingTensor Create(string name, GgmlType type, IReadOnlyList<long> shape, Action<Stream> content)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(content);
        if (!TensorTypeLayout.TryGet(type, out var layout))
        {
            throw new ArgumentException($"Type number {(int)type} of tensor '{name}' is unknown.", nameof(type));
        }

        var columns = shape.Count == 0 ? 1 : shape[^1];
        var rows = 1L;
        for (var i = 0; i < shape.Count - 1; i++) rows = checked(rows * shape[i]);
        if (shape.Any(dimension => dimension < 0) || layout.SizeInBytes(columns, rows) is not { } size)
        {
            throw new ArgumentException(
                $"Tensor '{name}' of shape [{string.Join(", ", shape)}] cannot be {type}: rows must be a multiple of {layout.BlockSize}.",
                nameof(shape));
        }

        return new PendingTensor(name, type, shape, size, content);
    }

    /// <summary>Writes the content and checks that it has the promised size.</summary>
    /// <exception cref="InvalidOperationException">The content has another size.</exception>
    public void Write(Stream stream)
    {
        var start = stream.Position;
        Content(stream);
        if (stream.Position - start != SizeInBytes)
        {
            throw new InvalidOperationException(
                $"The content of tensor '{Name}' has {stream.Position - start:N0} bytes; its shape and type need {SizeInBytes:N0}.");
        }
    }
}
