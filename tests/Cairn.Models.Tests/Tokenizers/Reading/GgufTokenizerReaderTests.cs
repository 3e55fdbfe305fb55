using System.Text.Json;
using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers.Reading;

public sealed class GgufTokenizerReaderTests
{
    /// <summary>Models whose Hugging Face folder and GGUF file were made from one tokenizer.</summary>
    public static TheoryData<string, string> Models => new()
    {
        { "bert", "bert-f16.gguf" },
        { "nomic-bert", "nomic-bert-f16.gguf" },
        { "modernbert", "modernbert-f16.gguf" },
        { "llama3", "llama3-f16.gguf" },
        { "gpt2", "gpt2-f16.gguf" },
        { "xlm-roberta-reranker", "xlm-roberta-reranker-f16.gguf" },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Gguf_and_json_of_one_model_give_the_same_ids(string model, string file)
    {
        var fromJson = Tokenizer.Load(SharedFiles.Golden($"architectures/{model}/hf"));
        var fromGguf = Tokenizer.Load(SharedFiles.Golden($"architectures/{model}/gguf/{file}"));

        foreach (var text in TokenizerGolden.Cases("minilm").Select(row => row.GetProperty("text").GetString()!))
        {
            // Before a text that begins with a space or a visible one, SentencePiece puts another; Hugging Face does not.
            if (model == "xlm-roberta-reranker" && text.Length > 0 && (char.IsWhiteSpace(text[0]) || text[0] == '▁')) continue;

            Assert.True(
                fromJson.Encode(text, parseSpecial: true).SequenceEqual(fromGguf.Encode(text, parseSpecial: true)),
                JsonSerializer.Serialize(text));
        }

        Assert.Equal((fromJson.BosId, fromJson.EosId, fromJson.PadId), (fromGguf.BosId, fromGguf.EosId, fromGguf.PadId));
        Assert.Equal("ab", fromGguf.Decode(fromGguf.Encode("ab", addSpecial: true), skipSpecial: true));
    }

    [Theory]
    [InlineData("ok.gguf")]
    [InlineData("gguf/token-duplicate.gguf")]
    public void Odd_vocabularies_that_still_work_are_read(string name)
    {
        var tokenizer = Tokenizer.Load(SharedFiles.Golden($"architectures/malformed/{name}"));

        Assert.Equal("bad", tokenizer.Decode(tokenizer.Encode("bad")));
    }

    [Theory]
    [InlineData("token-types-short", ModelFormatError.VocabMismatch)]
    [InlineData("bos-out-of-range", ModelFormatError.BadValue)]
    [InlineData("merge-bad", ModelFormatError.BadMetadata)]
    public void Broken_vocabularies_are_refused(string name, ModelFormatError kind)
    {
        using var file = GgufFile.Open(SharedFiles.Golden($"architectures/malformed/gguf/{name}.gguf"));

        var exception = Assert.Throws<ModelFormatException>(() => Tokenizer.FromGguf(file));

        Assert.Equal(kind, exception.Kind);
        Assert.Contains($"{name}.gguf", exception.Message, StringComparison.Ordinal);
    }
}
