using Cairn.Models.Gguf;
using Xunit;

namespace Cairn.Hub.Tests.Conversion;

/// <summary>Compares a converted file with one of another converter.</summary>
internal static class GgufComparison
{
    /// <summary>All metadata of the golden must be there with its type and value, and all tensors with their bytes, in order.</summary>
    public static void AssertContains(GgufFile file, GgufFile golden, params string[] except)
    {
        foreach (var entry in golden.Metadata.Entries.Where(entry => !except.Contains(entry.Key)))
        {
            AssertSameValue(golden.Metadata, entry, file.Metadata);
        }

        Assert.Equal(golden.Tensors.Select(tensor => tensor.ToString()), file.Tensors.Select(tensor => tensor.ToString()));
        foreach (var tensor in golden.Tensors)
        {
            golden.TryGetTensor(tensor.Name, out var expected);
            file.TryGetTensor(tensor.Name, out var got);
            if (tensor.Name.StartsWith("rope_", StringComparison.Ordinal)) AssertClose(expected.ToFloats(), got.ToFloats());
            else Assert.True(expected.Bytes.SequenceEqual(got.Bytes), tensor.Name);
        }
    }

    /// <summary>Computed factors: llama.cpp's converter computes in single precision.</summary>
    private static void AssertClose(float[] expected, float[] got)
    {
        Assert.Equal(expected.Length, got.Length);
        for (var i = 0; i < expected.Length; i++) Assert.InRange(got[i] / expected[i], 1 - 1e-5, 1 + 1e-5);
    }

    private static void AssertSameValue(GgufMetadata expected, GgufMetadataEntry entry, GgufMetadata got)
    {
        Assert.True(got.TryGetEntry(entry.Key, out var other), $"{entry.Key} is missing");
        Assert.Equal((entry.Key, entry.TypeText), (other.Key, other.TypeText));
        Assert.Equal(expected.Describe(entry), got.Describe(other));
        if (entry.ElementType == GgufValueType.String) Assert.Equal(expected.GetStrings(entry.Key), got.GetStrings(entry.Key));
        if (entry.ElementType == GgufValueType.Int32) Assert.Equal(expected.GetInt32s(entry.Key), got.GetInt32s(entry.Key));
    }
}
