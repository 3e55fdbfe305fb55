using System.Runtime.InteropServices;

namespace Cairn.Retrieval.Indexing;

/// <summary>Vectors as they are stored: float32, little-endian.</summary>
internal static class VectorBytes
{
    public static byte[] From(ReadOnlySpan<float> vector) => MemoryMarshal.AsBytes(vector).ToArray();

    public static float[] ToFloats(byte[] value) => MemoryMarshal.Cast<byte, float>(value).ToArray();
}
