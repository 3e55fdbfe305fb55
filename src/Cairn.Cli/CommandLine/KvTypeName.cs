using Cairn.Tensors.Attention;

namespace Cairn.Cli.CommandLine;

/// <summary>The names of <see cref="KvElementType"/> on the command line.</summary>
internal static class KvTypeName
{
    /// <summary>Every name, the default first.</summary>
    public static readonly string[] All = ["f16", "q8_0", "f32"];

    /// <summary>The type of a name; null for null.</summary>
    public static KvElementType? Parse(string? name) =>
        name is null ? null : Enum.Parse<KvElementType>(name, ignoreCase: true);
}
