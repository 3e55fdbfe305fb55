namespace Cairn.Models.Configuration;

/// <summary>A tensor that an architecture reads, with the shape that its configuration asks for.</summary>
/// <param name="Name">Name in the file.</param>
/// <param name="Shape">Dimensions, outermost first.</param>
/// <param name="IsOptional">Whether the model runs without it.</param>
public sealed record TensorRequirement(string Name, IReadOnlyList<long> Shape, bool IsOptional = false)
{
    /// <summary>A matrix [rows, columns].</summary>
    public static TensorRequirement Matrix(string name, long rows, long columns, bool isOptional = false) =>
        new(name, [rows, columns], isOptional);

    /// <summary>A vector.</summary>
    public static TensorRequirement Vector(string name, long length, bool isOptional = false) =>
        new(name, [length], isOptional);
}
