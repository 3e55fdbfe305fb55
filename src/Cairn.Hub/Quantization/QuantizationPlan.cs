using Cairn.Models;
using Cairn.Tensors;

namespace Cairn.Hub.Quantization;

/// <summary>Chooses the type of each tensor of one model.</summary>
internal sealed class QuantizationPlan
{
    private readonly QuantizationPreset _preset;
    private readonly QuantizationSubject _model;
    private readonly bool _isPure;

    /// <summary>Prepares the choice.</summary>
    /// <param name="preset">The mixture.</param>
    /// <param name="model">What it asks about the model.</param>
    /// <param name="isPure">Whether every matrix gets the preset's base type, its rules left aside.</param>
    public QuantizationPlan(QuantizationPreset preset, QuantizationSubject model, bool isPure)
    {
        (_preset, _model, _isPure) = (preset, model, isPure);
    }

    /// <summary>The type that a tensor gets; its own where it is not quantised.</summary>
    public GgmlType TypeOf(TensorInfo tensor)
    {
        if (!TensorRoles.IsQuantized(tensor)) return tensor.Type;

        var isMixed = !_isPure && BlockFormat.Get(_preset.Type).BlockSize > 1;
        return Fit(isMixed ? Choose(tensor) : _preset.Type, tensor.Shape[^1]);
    }

    private GgmlType Choose(TensorInfo tensor)
    {
        var role = TensorRoles.Of(tensor.Name, _model.HasOutput);
        if (role == TensorRole.Output)
        {
            var fits = tensor.Shape[^1] % BlockFormat.Get(_preset.Type).BlockSize == 0;
            return fits && _preset.Type != GgmlType.Q8_0 ? QuantizationPresets.OutputType : GgmlType.Q8_0;
        }

        var layer = TensorRoles.LayerOf(tensor.Name) ?? 0;
        var type = QuantizationPresets.Common.Concat(_preset.Rules)
            .FirstOrDefault(rule => rule.Applies(role, layer, _model))?.Type ?? _preset.Type;
        return role == TensorRole.Value && _model.HasSmallValues && type is GgmlType.Q3_K or GgmlType.Q4_K
            ? QuantizationPresets.SmallValueType
            : type;
    }

    /// <summary>The type itself, or the one that stands in for it where rows of that length do not fill its blocks.</summary>
    private static GgmlType Fit(GgmlType type, long columns)
    {
        if (columns % BlockFormat.Get(type).BlockSize == 0) return type;

        return QuantizationPresets.Fallbacks.TryGetValue(type, out var fallback) && columns % BlockFormat.Get(fallback).BlockSize == 0
            ? fallback
            : QuantizationPresets.LastResort;
    }
}
