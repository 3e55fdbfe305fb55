using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;

namespace Cairn.Models.Configuration;

/// <summary>What a decoder says about its use as an embedding model.</summary>
/// <param name="Pooling">How token vectors become one vector.</param>
/// <param name="IsNormalized">Whether the embedding is scaled to unit length.</param>
public sealed record DecoderPooling(Pooling Pooling, bool IsNormalized)
{
    /// <summary>Reads <c>pooling_type</c> of a GGUF file, or the modules that sentence-transformers adds to a folder.</summary>
    /// <param name="source">An open file or folder of a decoder.</param>
    /// <returns>What they say; null for a decoder that is no embedding model.</returns>
    /// <exception cref="ModelFormatException">The pooling is not supported.</exception>
    public static DecoderPooling? Find(ITensorSource source) => source switch
    {
        GgufFile file => OfFile(file),
        HuggingFaceModel model when SentenceTransformerModules.Exist(model.Folder) => new DecoderPooling(
            SentenceTransformerModules.ReadPooling(model.Folder), SentenceTransformerModules.ReadIsNormalized(model.Folder)),
        _ => null,
    };

    private static DecoderPooling? OfFile(GgufFile file)
    {
        var pooling = EncoderMetadata.ReadPooling(
            file, new GgufKeys(file, file.Metadata.GetString(Architectures.ArchitectureKey)), Pooling.None);
        var isNormalized = !file.Metadata.TryGetBoolean(EncoderMetadata.NormalizeKey, out var normalize) || normalize;
        return pooling is Pooling.None or Pooling.Rank ? null : new DecoderPooling(pooling, isNormalized);
    }
}
