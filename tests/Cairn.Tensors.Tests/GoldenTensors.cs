using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Cairn.Testing;

namespace Cairn.Tensors.Tests;

/// <summary>Reads a safetensors file of the quantisation goldens: a JSON header, then the raw tensors.</summary>
internal sealed class GoldenTensors
{
    private readonly byte[] _bytes;
    private readonly int _dataStart;
    private readonly JsonElement _header;

    private GoldenTensors(byte[] bytes)
    {
        var headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        _bytes = bytes;
        _dataStart = 8 + headerLength;
        _header = JsonDocument.Parse(bytes.AsMemory(8, headerLength)).RootElement;
    }

    /// <summary>Opens a file of <c>golden/quantization</c>; skips the running test when it is absent.</summary>
    public static GoldenTensors Open(string name) =>
        new(File.ReadAllBytes(SharedFiles.Golden($"quantization/{name}.safetensors")));

    /// <summary>Raw bytes of a tensor.</summary>
    public ReadOnlySpan<byte> Bytes(string key)
    {
        var offsets = _header.GetProperty(key).GetProperty("data_offsets");
        return _bytes.AsSpan((_dataStart + offsets[0].GetInt32())..(_dataStart + offsets[1].GetInt32()));
    }

    /// <summary>Elements of a tensor.</summary>
    public T[] Read<T>(string key)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes(key)).ToArray();
}
