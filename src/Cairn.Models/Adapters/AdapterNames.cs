using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Cairn.Models.Configuration;
using Cairn.Models.HuggingFace;

namespace Cairn.Models.Adapters;

/// <summary>Translates the module names of an adapter into the canonical names of a decoder, and back.</summary>
internal sealed class AdapterNames
{
    private const string Weight = ".weight";

    private readonly AdapterFile _file;
    private readonly DecoderConfiguration _decoder;
    private readonly TensorMapping _mapping;
    private readonly bool _isBare;

    /// <exception cref="AdapterMismatchException">A GGUF adapter is made for another family.</exception>
    public AdapterNames(AdapterFile file, DecoderConfiguration decoder)
    {
        _file = file;
        _decoder = decoder;
        if (file.Architecture is { } architecture && architecture != decoder.Architecture)
            throw new AdapterMismatchException(file.Path, null, "it is made for another family", decoder.Architecture, architecture);

        _mapping = TensorMapping.ForFamily(DecoderFolderFamilies.Of(decoder).ModelType);
        _isBare = file.Format == AdapterFormat.Peft
            && _mapping.TryInvert(decoder.TensorNames.OfLayer(0, decoder.TensorNames.AttentionOutput), out var first)
            && file.Modules.All(module => !module.Name.StartsWith(first.Pattern.Split('.')[0] + ".", StringComparison.Ordinal));
    }

    /// <summary>The word for a tensor's kind: <c>blk.3.attn_q.weight</c> gives <c>attn_q</c>.</summary>
    public static string KindOf(string tensor)
    {
        var stem = tensor.EndsWith(Weight, StringComparison.Ordinal) ? tensor[..^Weight.Length] : tensor;
        return stem[(stem.LastIndexOf('.') + 1)..];
    }

    /// <summary>The canonical tensor that a module changes.</summary>
    /// <exception cref="AdapterMismatchException">The family has no such module, or its layer does not exist.</exception>
    public CanonicalTensor Find(string module)
    {
        if (_file.Format == AdapterFormat.Gguf) return new CanonicalTensor(module, TensorLayout.Same);

        if (!_mapping.TryMap(module + Weight, out var place))
            throw Mismatch(module, $"is no module of a {_decoder.Architecture} model that is known here");

        return place.Expert is null ? place : throw Mismatch(module, "is one of many experts, whose matrices are not adapted here");
    }

    /// <summary>The Hugging Face path of the module that a canonical tensor belongs to.</summary>
    public bool TryInvert(string tensor, [NotNullWhen(true)] out string? module)
    {
        module = _mapping.TryInvert(tensor, out var place, _isBare) && !place.IsStack
            ? place.NameOf()[..^Weight.Length]
            : null;
        return module is not null;
    }

    /// <summary>How the rows of a canonical tensor lie in a folder.</summary>
    public TensorLayout LayoutOf(string tensor) =>
        _mapping.TryInvert(tensor, out var place, _isBare) ? place.Layout : TensorLayout.Same;

    /// <summary>An error about a module whose canonical tensor the decoder does not have.</summary>
    public AdapterMismatchException NoPlace(string module, string tensor)
    {
        var prefix = _decoder.TensorNames.LayerPrefix;
        var parts = tensor.StartsWith(prefix, StringComparison.Ordinal) ? tensor[prefix.Length..].Split('.') : [];
        return parts.Length > 1 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var layer) && layer >= _decoder.LayerCount
            ? Mismatch(module, "belongs to a layer that the model does not have", $"layers 0 to {_decoder.LayerCount - 1}", $"{layer}")
            : Mismatch(module, $"changes '{tensor}', which is no linear map of the model");
    }

    /// <summary>An error about one module.</summary>
    public AdapterMismatchException Mismatch(string module, string problem, string? expected = null, string? got = null) =>
        new(_file.Path, module, problem, expected, got);
}
