namespace Cairn.Models.Gguf;

/// <summary>One metadata value of a GGUF file: its type, and where it lies.</summary>
/// <param name="Key">Name, such as <c>llama.block_count</c>.</param>
/// <param name="Type">Type of the value.</param>
/// <param name="ElementType">Type of an array's elements; null when the value is no array.</param>
/// <param name="Count">Number of elements of an array; 1 otherwise.</param>
/// <param name="Offset">Byte offset of the value (of an array: of its first element).</param>
/// <param name="SizeInBytes">Bytes of the value (of an array: of its elements).</param>
public sealed record GgufMetadataEntry(
    string Key, GgufValueType Type, GgufValueType? ElementType, long Count, long Offset, long SizeInBytes)
{
    /// <summary>The type as text: <c>UInt32</c>, <c>String[49152]</c>.</summary>
    public string TypeText => ElementType is { } element ? $"{element}[{Count}]" : Type.ToString();
}
