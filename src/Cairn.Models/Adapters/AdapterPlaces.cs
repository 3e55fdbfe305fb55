using Cairn.Models.Configuration;
using Cairn.Models.HuggingFace;

namespace Cairn.Models.Adapters;

/// <summary>The canonical places of an adapter's modules in a base model that is known by its configuration alone.</summary>
/// <param name="file">The adapter.</param>
/// <param name="decoder">The base model.</param>
internal sealed class AdapterPlaces(AdapterFile file, DecoderConfiguration decoder)
{
    private readonly Dictionary<string, IReadOnlyList<long>> _shapes = DecoderTensors.Of(decoder)
        .ToDictionary(tensor => tensor.Name, tensor => tensor.Shape, StringComparer.Ordinal);

    /// <summary>Names in both directions.</summary>
    public AdapterNames Names { get; } = new(file, decoder);

    /// <summary>The place of a module, whose shape fits it.</summary>
    /// <exception cref="AdapterMismatchException">There is none, or its shape is another.</exception>
    public CanonicalTensor Find(AdapterModule module)
    {
        var place = Names.Find(module.Name);
        if (!_shapes.TryGetValue(place.Name, out var shape) || shape.Count != 2) throw Names.NoPlace(module.Name, place.Name);

        var isTable = module.Kind != AdapterModuleKind.Linear;
        var (rows, columns) = isTable ? (shape[1], shape[0]) : (shape[0], shape[1]);
        if (rows == module.OutputSize && columns == module.InputSize) return place;

        throw Names.Mismatch(
            module.Name, "changes a matrix of another shape", $"[{rows}, {columns}]", $"[{module.OutputSize}, {module.InputSize}]");
    }
}
