namespace Cairn.Hub.Conversion;

/// <summary>What a conversion did with a model.</summary>
/// <param name="LeftOut">Tensors of the folder that are not in the file, as they belong to parts that Cairn does not run.</param>
public sealed record ConversionReport(IReadOnlyList<string> LeftOut)
{
    /// <summary>The tensors that were left out in words; null where there are none.</summary>
    public string? LeftOutText => Describe(LeftOut);

    /// <summary>Puts tensors that are left out into words; null where there are none.</summary>
    internal static string? Describe(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return null;

        var parts = names.Select(name => name.Split('.')).Select(parts => parts[0] == "model" ? parts[1] : parts[0]).Distinct(StringComparer.Ordinal);
        return $"{names.Count:N0} {(names.Count == 1 ? "tensor" : "tensors")} of {string.Join(", ", parts)}; the model reads text only";
    }
}
