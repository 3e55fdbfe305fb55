using Cairn.Tensors;

namespace Cairn.Hub.Quantization;

/// <summary>A named mixture of types for the matrices of a model.</summary>
public sealed class QuantizationPreset
{
    internal QuantizationPreset(string name, uint fileType, GgmlType type, params QuantizationRule[] rules)
    {
        (Name, FileType, Type, Rules) = (name, fileType, type, rules);
    }

    /// <summary>Name as the model world spells it: <c>Q4_K_M</c>.</summary>
    public string Name { get; }

    /// <summary>Type of every matrix that no rule is about.</summary>
    public GgmlType Type { get; }

    /// <summary>Number that <c>general.file_type</c> holds.</summary>
    public uint FileType { get; }

    /// <summary>Whether the preset is so coarse that it is useless without an importance matrix.</summary>
    public bool NeedsImportance { get; init; }

    /// <summary>The exceptions; the first that applies counts.</summary>
    internal IReadOnlyList<QuantizationRule> Rules { get; }

    /// <summary>All presets, most bits first.</summary>
    public static IReadOnlyList<QuantizationPreset> All => QuantizationPresets.All;

    /// <summary>Finds a preset by its name, case ignored; <c>Q3_K</c>, <c>Q4_K</c>, <c>Q5_K</c> mean the medium ones.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message lists them.</exception>
    public static QuantizationPreset Get(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Find(name) ?? throw new ArgumentException(
            $"There is no preset '{name}'; possible: {string.Join(", ", All.Select(preset => preset.Name))}.", nameof(name));
    }

    /// <summary>Finds a preset as <see cref="Get"/> does, or returns null.</summary>
    /// <param name="name">Its name.</param>
    public static QuantizationPreset? Find(string name) =>
        All.FirstOrDefault(preset => string.Equals(preset.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? All.FirstOrDefault(preset => string.Equals(preset.Name, name + "_M", StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public override string ToString() => Name;
}
