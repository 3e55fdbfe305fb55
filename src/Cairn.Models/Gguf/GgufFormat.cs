namespace Cairn.Models.Gguf;

/// <summary>Numbers of the GGUF format and the limits that this reader sets.</summary>
internal static class GgufFormat
{
    /// <summary>"GGUF" as a little-endian number.</summary>
    public const uint Magic = 0x46554747;

    /// <summary>Where tensors start when the file says nothing else.</summary>
    public const int DefaultAlignment = 32;

    /// <summary>Largest alignment that is believed.</summary>
    public const uint MaximumAlignment = 1 << 20;

    /// <summary>Most metadata keys; real files have under a hundred.</summary>
    public const ulong MaximumKeys = 1 << 16;

    /// <summary>Most tensors; real files have under twenty thousand.</summary>
    public const ulong MaximumTensors = 1 << 18;

    /// <summary>Longest key or tensor name in bytes, as the specification allows for keys.</summary>
    public const int MaximumNameBytes = 65535;

    /// <summary>Deepest nesting of arrays in arrays.</summary>
    public const int MaximumNesting = 4;

    /// <summary>Most dimensions of a tensor.</summary>
    public const int MaximumDimensions = 4;

    /// <summary>Bytes of one value of a fixed-size type; 0 for texts and arrays.</summary>
    public static int WidthOf(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Boolean => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        _ => 0,
    };

    /// <summary>The next multiple of an alignment.</summary>
    public static long Align(long offset, long alignment) => (offset + alignment - 1) / alignment * alignment;
}
