using System.Buffers.Binary;
using Cairn.Tensors;

namespace Cairn.Models;

/// <summary>Converts stored values to single precision.</summary>
internal static class TensorValues
{
    /// <summary>The weight types that can be run, for messages.</summary>
    public static string SupportedTypes => string.Join(", ", BlockFormat.All.Select(format => format.Name));

    /// <summary>Whether there is a conversion.</summary>
    public static bool CanConvert(GgmlType type) => BlockFormat.TryGet(type, out _)
        || type is GgmlType.F64 or GgmlType.I8 or GgmlType.I16 or GgmlType.I32 or GgmlType.I64;

    /// <summary>Whether a tensor of this type can be a weight of a running model.</summary>
    public static bool CanRun(GgmlType type) => BlockFormat.TryGet(type, out _);

    /// <summary>Converts consecutive values of a tensor.</summary>
    /// <param name="info">The tensor.</param>
    /// <param name="bytes">Stored values; whole blocks.</param>
    /// <param name="values">Destination, as long as <paramref name="bytes"/> holds values.</param>
    /// <exception cref="NotSupportedException">The type has no conversion here.</exception>
    public static void Convert(TensorInfo info, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (info.Type)
        {
            case GgmlType.F64:
                for (var i = 0; i < values.Length; i++)
                    values[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * 8)..]);
                break;
            case GgmlType.I8 when info.TypeName is "U8" or "BOOL":
                for (var i = 0; i < values.Length; i++) values[i] = bytes[i];
                break;
            case GgmlType.I8:
                for (var i = 0; i < values.Length; i++) values[i] = (sbyte)bytes[i];
                break;
            case GgmlType.I16:
                for (var i = 0; i < values.Length; i++)
                    values[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(i * 2)..]);
                break;
            case GgmlType.I32:
                for (var i = 0; i < values.Length; i++)
                    values[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * 4)..]);
                break;
            case GgmlType.I64:
                for (var i = 0; i < values.Length; i++)
                    values[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(i * 8)..]);
                break;
            default:
                BlockFormat.Get(info.Type).Dequantize(bytes, values);
                break;
        }
    }
}
