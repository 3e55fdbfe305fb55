using System.Text.Json.Nodes;
using Cairn.Models.Tokenizers.Reading;

namespace Cairn.Models.Tokenizers.Writing;

/// <summary>The vocabulary of a tokenizer.json: every token that is one, with its id.</summary>
internal static class VocabularyJson
{
    /// <summary>Lists the tokens; ids without a token are left out.</summary>
    /// <exception cref="ModelFormatException">Two ids have the same token, which the file's form cannot say.</exception>
    public static JsonObject Describe(GgufVocabulary source)
    {
        var vocabulary = new JsonObject();
        for (var id = 0; id < source.Tokens.Length; id++)
        {
            if (source.Types[id] == TokenType.Unused) continue;
            if (vocabulary.TryAdd(source.Tokens[id], id)) continue;

            throw source.Error(
                ModelFormatError.Unsupported, $"token '{source.Tokens[id]}' has two ids, which tokenizer.json cannot say", got: $"{vocabulary[source.Tokens[id]]} and {id}");
        }

        return vocabulary;
    }
}
