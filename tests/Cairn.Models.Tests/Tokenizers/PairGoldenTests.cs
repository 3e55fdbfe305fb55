using System.Text.Json;
using Cairn.Models.Tokenizers;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers;

/// <summary>Pairs of texts against the ids of <c>golden/architectures</c>.</summary>
public sealed class PairGoldenTests
{
    [Theory]
    [InlineData("bert-cross-encoder", "hf/tokenizer.json")]
    [InlineData("bert-cross-encoder", "gguf/bert-cross-encoder-f16.gguf")]
    [InlineData("xlm-roberta-reranker", "hf/tokenizer.json")]
    [InlineData("xlm-roberta-reranker", "gguf/xlm-roberta-reranker-f16.gguf")]
    public void Ids_and_types_of_a_pair_equal_the_reference(string model, string file)
    {
        var folder = SharedFiles.Golden($"architectures/{model}");
        var tokenizer = Tokenizer.Load(Path.Combine(folder, file));
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        foreach (var sequence in expected.RootElement.GetProperty("sequences").EnumerateArray())
        {
            var pair = tokenizer.EncodePair(
                sequence.GetProperty("text").GetString()!, sequence.GetProperty("text_pair").GetString()!);

            Assert.Equal(sequence.GetProperty("ids").Deserialize<int[]>(), pair.Ids);
            var types = sequence.TryGetProperty("token_type_ids", out var ids)
                ? ids.Deserialize<int[]>()!
                : new int[pair.Ids.Length];
            Assert.Equal(types, pair.TokenTypes);
        }
    }

    [Fact]
    public void A_decoders_tokenizer_refuses_a_pair()
    {
        var tokenizer = Tokenizer.Load(SharedFiles.Golden("architectures/llama2/gguf/llama2-f16.gguf"));

        Assert.Throws<NotSupportedException>(() => tokenizer.EncodePair("a", "b"));
    }
}
