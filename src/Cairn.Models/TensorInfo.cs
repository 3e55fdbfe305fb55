using Cairn.Tensors;

namespace Cairn.Models;

/// <summary>Where a tensor lies in a file and how it is stored; checked against the file when that was opened.</summary>
/// <param name="Name">Name in the file.</param>
/// <param name="Type">Element format.</param>
/// <param name="Shape">Dimensions, outermost first: a matrix is [rows, columns]. Empty for a single number.</param>
/// <param name="Offset">Byte offset from the start of its file.</param>
/// <param name="SizeInBytes">Bytes that it takes, without padding.</param>
public sealed record TensorInfo(string Name, GgmlType Type, IReadOnlyList<long> Shape, long Offset, long SizeInBytes)
{
    /// <summary>The type's name in the file's own terms (<c>Q4_1</c>, <c>U8</c>).</summary>
    /// <remarks>Safetensors has unsigned and boolean types, which <see cref="Type"/> gives as the integer of that size.</remarks>
    public string TypeName { get; init; } = Type.ToString();

    /// <summary>Number of values.</summary>
    public long ElementCount
    {
        get
        {
            var count = 1L;
            foreach (var dimension in Shape) count *= dimension;
            return count;
        }
    }

    /// <summary>The shape as text: <c>[49152, 576]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {TypeName} {ShapeText}";
}
