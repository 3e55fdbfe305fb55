using Cairn.Models.Gguf;

namespace Cairn.Models.Configuration;

/// <summary>Reads an architecture's own keys (<c>llama.block_count</c>) and checks their ranges.</summary>
internal sealed class GgufKeys(GgufFile file, string prefix)
{
    /// <summary>Full name of a key.</summary>
    public string NameOf(string key) => $"{prefix}.{key}";

    /// <summary>A size that must be there and positive.</summary>
    public int GetSize(string key)
    {
        var number = file.Metadata.GetUInt32(NameOf(key));
        return number is > 0 and <= int.MaxValue
            ? (int)number
            : throw Bad(key, $"1 to {int.MaxValue:N0}", $"{number:N0}");
    }

    /// <summary>A size, or a default when the key is absent.</summary>
    public int GetSize(string key, int absent) => file.Metadata.Contains(NameOf(key)) ? GetSize(key) : absent;

    /// <summary>The number of layers: never more than the file has tensors.</summary>
    public int GetLayerCount()
    {
        var number = file.Metadata.GetUInt32(NameOf("block_count"));
        if (number == 0) throw Bad("block_count", "at least 1", "0");
        if (number <= (uint)file.Tensors.Count) return (int)number;

        throw new ModelFormatException(
            ModelFormatError.MissingTensor, file.Path, $"'{NameOf("block_count")}' claims more layers than there are tensors",
            $"at most {file.Tensors.Count:N0}", $"{number:N0}");
    }

    /// <summary>The trained context; saturates at the largest int.</summary>
    public int GetContextLength()
    {
        var number = file.Metadata.GetUInt32(NameOf("context_length"));
        return number > 0 ? (int)Math.Min(number, int.MaxValue) : throw Bad("context_length", "at least 1", "0");
    }

    /// <summary>A constant that must be there, finite and positive.</summary>
    public float GetPositive(string key)
    {
        var number = file.Metadata.GetSingle(NameOf(key));
        return float.IsFinite(number) && number > 0 ? number : throw Bad(key, "a positive number", $"{number:R}");
    }

    /// <summary>A positive constant, or a default when the key is absent.</summary>
    public float GetPositive(string key, float absent) =>
        file.Metadata.Contains(NameOf(key)) ? GetPositive(key) : absent;

    /// <summary>An error about one of these keys.</summary>
    public ModelFormatException Bad(string key, string expected, string got) => new(
        ModelFormatError.BadValue, file.Path, $"metadata key '{NameOf(key)}' has an impossible value", expected, got);

    /// <summary>Width of the logits: the key, else the embedding's rows.</summary>
    /// <param name="embedding">Name of the token embedding.</param>
    public int GetVocabularySize(string embedding)
    {
        if (file.Metadata.Contains(NameOf("vocab_size"))) return GetSize("vocab_size");

        return file.TryGetTensor(embedding, out var view) ? view.Rows : throw new ModelFormatException(
            ModelFormatError.MissingTensor, file.Path, $"tensor '{embedding}' is missing", tensor: embedding);
    }
}
