using Cairn.Tensors;

namespace Cairn.Hub.Quantization;

/// <summary>One line of a preset: matrices of this role, in these layers, in such models, get this type.</summary>
/// <param name="Role">What the matrix does.</param>
/// <param name="Type">Its type.</param>
/// <param name="Layers">Which layers.</param>
/// <param name="When">Which models.</param>
internal sealed record QuantizationRule(TensorRole Role, GgmlType Type, LayerChoice Layers, Func<QuantizationSubject, bool> When)
{
    /// <summary>Whether the rule is about a tensor.</summary>
    public bool Applies(TensorRole role, int layer, QuantizationSubject model) =>
        role == Role && Layers(layer, model.LayerCount) && When(model);
}
