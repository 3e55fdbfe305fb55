using System.Diagnostics.CodeAnalysis;
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

    /// <summary>A whole number from 0, or a default when the key is absent.</summary>
    public int GetCount(string key, int absent)
    {
        if (!file.Metadata.TryGetUInt32(NameOf(key), out var number)) return absent;
        return number <= int.MaxValue ? (int)number : throw Bad(key, $"0 to {int.MaxValue:N0}", $"{number:N0}");
    }

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

    /// <summary>A constant that is finite and at least 0, or a default when the key is absent.</summary>
    public float GetNonNegative(string key, float absent)
    {
        if (!file.Metadata.Contains(NameOf(key))) return absent;

        var number = file.Metadata.GetSingle(NameOf(key));
        return float.IsFinite(number) && number >= 0 ? number : throw Bad(key, "a number from 0", $"{number:R}");
    }

    /// <summary>Refuses a number that asks for something that is not implemented.</summary>
    /// <param name="key">The key.</param>
    /// <param name="neutral">The value that asks for nothing, as a missing key does.</param>
    public void RequireNeutral(string key, float neutral)
    {
        if (!file.Metadata.TryGetSingle(NameOf(key), out var number) || number == neutral) return;

        throw new ModelFormatException(
            ModelFormatError.Unsupported, file.Path, $"metadata key '{NameOf(key)}' asks for something that is not supported",
            $"{neutral:R}", $"{number:R}");
    }

    /// <summary>A text, or a default when the key is absent.</summary>
    public string GetString(string key, string absent) =>
        file.Metadata.TryGetString(NameOf(key), out var text) ? text : absent;

    /// <summary>A truth value, or a default when the key is absent.</summary>
    public bool GetBoolean(string key, bool absent) =>
        file.Metadata.TryGetBoolean(NameOf(key), out var value) ? value : absent;

    /// <summary>A list of truth values, if the key is there and holds a list.</summary>
    public bool TryGetBooleans(string key, [NotNullWhen(true)] out bool[]? values)
    {
        var isList = file.Metadata.TryGetEntry(NameOf(key), out var entry) && entry.ElementType is not null;
        values = isList ? file.Metadata.GetBooleans(NameOf(key)) : null;
        return isList;
    }

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
