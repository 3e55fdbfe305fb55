using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers;

namespace Cairn.Models.Configuration;

/// <summary>Checks that a file's vocabulary fits its model: as many tokens as embedding rows, and ids inside it.</summary>
internal static class VocabularyValidator
{
    private const string Tokens = "tokenizer.ggml.tokens";

    private static readonly string[] PerToken = ["tokenizer.ggml.token_type", "tokenizer.ggml.scores"];

    private static readonly string[] Ids =
    [
        "tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id", "tokenizer.ggml.unknown_token_id",
        "tokenizer.ggml.padding_token_id", "tokenizer.ggml.seperator_token_id", "tokenizer.ggml.cls_token_id",
        "tokenizer.ggml.mask_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id",
    ];

    /// <summary>Checks a file; one without a vocabulary passes.</summary>
    /// <param name="file">An open file.</param>
    /// <param name="vocabularySize">Rows of the model's token embedding.</param>
    public static void Validate(GgufFile file, int vocabularySize)
    {
        if (!file.Metadata.TryGetEntry(Tokens, out var tokens)) return;

        RequireCount(file, tokens, vocabularySize, "embedding rows");
        foreach (var key in PerToken)
        {
            if (file.Metadata.TryGetEntry(key, out var entry)) RequireCount(file, entry, tokens.Count, "tokens");
        }

        foreach (var key in Ids)
        {
            if (file.Metadata.TryGetUInt32(key, out var id) && id >= tokens.Count)
            {
                throw new ModelFormatException(
                    ModelFormatError.BadValue, file.Path, $"metadata key '{key}' names no token of the vocabulary",
                    $"0 to {tokens.Count - 1:N0}", $"{id:N0}");
            }
        }
    }

    /// <summary>Checks that every piece of text in a folder's tokenizer has an embedding row.</summary>
    /// <remarks>Added tokens may lie beyond: Gemma 3's text models keep the marker of an image that they have no row for.</remarks>
    /// <param name="path">The folder, for the message.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="vocabularySize">Rows of the model's token embedding.</param>
    public static void Validate(string path, Tokenizer tokenizer, int vocabularySize)
    {
        for (var id = vocabularySize; id < tokenizer.VocabularySize; id++)
        {
            if (tokenizer.GetTokenType(id) is TokenType.Undefined or TokenType.Normal or TokenType.Byte) throw NoRow(path, tokenizer, id, vocabularySize);
        }
    }

    /// <summary>An error about a token that the model has no embedding for.</summary>
    public static ModelFormatException NoRow(string path, Tokenizer tokenizer, int id, int vocabularySize) => new(
        ModelFormatError.VocabMismatch, path, $"token '{tokenizer.GetToken(id)}' of the tokenizer has no row in the embedding",
        $"ids below {vocabularySize:N0}", $"{id:N0}");

    private static void RequireCount(GgufFile file, GgufMetadataEntry entry, long count, string what)
    {
        if (entry.ElementType is null)
        {
            throw new ModelFormatException(
                ModelFormatError.BadType, file.Path, $"metadata key '{entry.Key}' has the wrong type", "a list", entry.TypeText, entry.Offset);
        }

        if (entry.Count == count) return;

        throw new ModelFormatException(
            ModelFormatError.VocabMismatch, file.Path, $"'{entry.Key}' does not fit the model",
            $"one entry for each of the {count:N0} {what}", $"{entry.Count:N0}", entry.Offset);
    }
}
