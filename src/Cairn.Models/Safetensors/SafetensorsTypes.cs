using Cairn.Tensors;

namespace Cairn.Models.Safetensors;

/// <summary>Element types of safetensors and what they are here.</summary>
internal static class SafetensorsTypes
{
    private static readonly Dictionary<string, GgmlType> Readable = new(StringComparer.Ordinal)
    {
        ["F64"] = GgmlType.F64,
        ["F32"] = GgmlType.F32,
        ["F16"] = GgmlType.F16,
        ["BF16"] = GgmlType.BF16,
        ["I64"] = GgmlType.I64,
        ["U64"] = GgmlType.I64,
        ["I32"] = GgmlType.I32,
        ["U32"] = GgmlType.I32,
        ["I16"] = GgmlType.I16,
        ["U16"] = GgmlType.I16,
        ["I8"] = GgmlType.I8,
        ["U8"] = GgmlType.I8,
        ["BOOL"] = GgmlType.I8,
    };

    private static readonly string[] Unreadable =
        ["F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F6_E2M3", "F6_E3M2", "F4", "C64"];

    /// <summary>The names that can be read, for messages.</summary>
    public static string Names => string.Join(", ", Readable.Keys);

    /// <summary>Finds a type that can be read.</summary>
    public static bool TryGet(string name, out GgmlType type) => Readable.TryGetValue(name, out type);

    /// <summary>Whether the format has the type, although it cannot be read here.</summary>
    public static bool IsKnown(string name) => Unreadable.Contains(name);

    /// <summary>The name of a type that safetensors can hold.</summary>
    /// <exception cref="NotSupportedException">It holds no block formats.</exception>
    public static string NameOf(GgmlType type) => Readable.ContainsKey(type.ToString()) ? type.ToString()
        : throw new NotSupportedException($"Safetensors files cannot hold {type}; they can hold {Names}.");
}
