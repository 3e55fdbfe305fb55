using System.Text.Json.Nodes;
using Cairn.Models.Tokenizers.Reading;

namespace Cairn.Models.Tokenizers.Writing;

/// <summary>The vocabulary of a tokenizer.json: every token that is one, with its id.</summary>
internal static class VocabularyJson
{
    /// <summary>Lists the tokens; ids without a token are left out.</summary>
    /// <exception cref="ModelFormatException">Two ids have the same token, which the file's form cannot say.</exception>
    public static JsonObject Describe(GgufVocabulary source) => Describe(source, source.Tokens);

    /// <summary>Lists tokens in another spelling than the file's.</summary>
    /// <exception cref="ModelFormatException">Two ids have the same token, which the file's form cannot say.</exception>
    public static JsonObject Describe(GgufVocabulary source, string[] tokens)
    {
        var vocabulary = new JsonObject();
        for (var id = 0; id < tokens.Length; id++)
        {
            if (source.Types[id] == TokenType.Unused) continue;
            if (vocabulary.TryAdd(tokens[id], id)) continue;

            throw source.Error(
                ModelFormatError.Unsupported, $"token '{tokens[id]}' has two ids, which tokenizer.json cannot say", got: $"{vocabulary[tokens[id]]} and {id}");
        }

        return vocabulary;
    }
}
