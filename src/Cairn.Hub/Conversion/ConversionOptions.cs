using Cairn.Tensors;

namespace Cairn.Hub.Conversion;

/// <summary>How a model is converted.</summary>
public sealed class ConversionOptions
{
    /// <summary>Element type of the weight matrices.</summary>
    /// <value>F32, F16, BF16 or a block format; default F16.</value>
    public GgmlType Type { get; init; } = GgmlType.F16;

    /// <summary>Name that the file gives to the model.</summary>
    /// <value>Default: the folder's name.</value>
    public string? Name { get; init; }

    /// <summary>Licence as an SPDX identifier.</summary>
    /// <value>Default: what the folder's README.md or LICENSE says, if it is one of the common licences.</value>
    public string? License { get; init; }

    /// <summary>Where the model comes from, a URL.</summary>
    /// <value>Default: none.</value>
    public string? Source { get; init; }
}
