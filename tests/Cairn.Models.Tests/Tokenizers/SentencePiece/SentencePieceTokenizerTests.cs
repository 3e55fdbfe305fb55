using System.Text.Json;
using Cairn.Models.Tokenizers;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers.SentencePiece;

public sealed class SentencePieceTokenizerTests
{
    public static TheoryData<string> Names => [.. SentencePieceFixture.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_gives_the_ids_of_the_reference(string name)
    {
        var tokenizer = SentencePieceFixture.Load(SentencePieceFixture.Model(name));
        var failures = new List<string>();
        var count = 0;
        foreach (var (text, expected) in SentencePieceFixture.Cases(name))
        {
            count++;
            var got = tokenizer.Encode(text);
            if (!expected.SequenceEqual(got)) failures.Add($"{JsonSerializer.Serialize(text)}: [{string.Join(",", expected)}] became [{string.Join(",", got)}]");
            Assert.Equal(got, tokenizer.EncodeWithOffsets(text).Ids);
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {count} differ:\n{string.Join('\n', failures.Take(10))}");
        Assert.True(count >= 160, $"{count} cases");
    }

    [Fact]
    public void Decode_returns_a_text_that_loses_nothing()
    {
        var tokenizer = SentencePieceFixture.Load(SentencePieceFixture.Model("bpe-user"));

        foreach (var text in new[] { "Hello  world", "   three", "<sep>a<sep>", "漢字 😀", "ab  cab " })
        {
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        }
    }

    [Fact]
    public void Configuration_beside_the_file_says_what_goes_around()
    {
        var byDefault = SentencePieceFixture.Load(SentencePieceFixture.Model("bpe-user"));
        var configured = SentencePieceFixture.Load(
            SentencePieceFixture.Model("bpe-user"), """{ "add_bos_token": false, "add_eos_token": true }""");
        var unigram = SentencePieceFixture.Load(SentencePieceFixture.Model("uni-bytes"));

        Assert.Equal((1, 2, 0), (byDefault.BosId, byDefault.EosId, byDefault.UnknownId));
        Assert.Equal(1, byDefault.Encode("a", addSpecial: true)[0]);
        Assert.Equal(2, configured.Encode("a", addSpecial: true)[^1]);
        Assert.Equal(2, unigram.Encode("a", addSpecial: true)[^1]);
        Assert.Equal([.. byDefault.Encode("a"), 1], byDefault.Encode("a<s>", parseSpecial: true));
    }

    [Fact]
    public void Added_tokens_beside_the_file_are_refused_and_not_left_out()
    {
        using var folder = new Testing.TemporaryFolder();
        File.WriteAllBytes(folder.File("tokenizer.model"), SentencePieceFixture.Model("bpe-plain"));
        File.WriteAllText(folder.File("added_tokens.json"), """{ "<|im_start|>": 32000 }""");

        Assert.Equal(ModelFormatError.Unsupported, Assert.Throws<ModelFormatException>(() => Tokenizer.Load(folder.Path)).Kind);
    }
}
