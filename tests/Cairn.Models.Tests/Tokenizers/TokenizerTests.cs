using Cairn.Models.Tokenizers;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers;

public sealed class TokenizerTests
{
    private static Tokenizer Smol => TokenizerGolden.Get("smollm2");

    private static Tokenizer MiniLm => TokenizerGolden.Get("minilm");

    [Fact]
    public void Encode_takes_special_tokens_in_text_for_text_unless_told_otherwise()
    {
        const string Text = "a<|im_end|>b";

        Assert.DoesNotContain(2, Smol.Encode(Text));
        Assert.Equal(1, Smol.Encode(Text, parseSpecial: true).Count(id => id == 2));
    }

    [Fact]
    public void EncodeWithOffsets_gives_a_parsed_token_its_text_and_an_added_one_nothing()
    {
        var tokenized = MiniLm.EncodeWithOffsets("x [SEP] y", addSpecial: true, parseSpecial: true);

        Assert.Equal(["[CLS]", "x", "[SEP]", "y", "[SEP]"], tokenized.Ids.Select(MiniLm.GetToken));
        Assert.Equal(
            [new(0, 0), new(0, 1), new(2, 7), new(8, 9), new(0, 0)], tokenized.Offsets);
    }

    [Fact]
    public void Decode_leaves_special_tokens_out_on_request()
    {
        var ids = MiniLm.Encode("Hello, world!", addSpecial: true);

        Assert.Equal("[CLS] hello, world! [SEP]", MiniLm.Decode(ids));
        Assert.Equal("hello, world!", MiniLm.Decode(ids, skipSpecial: true));
    }

    [Fact]
    public void Special_ids_are_those_of_the_files()
    {
        Assert.Equal((1, 2, 2, 0), (Smol.BosId, Smol.EosId, Smol.PadId, Smol.UnknownId));
        Assert.Equal((101, 102, 0, 100), (MiniLm.BosId, MiniLm.EosId, MiniLm.PadId, MiniLm.UnknownId));
    }

    [Fact]
    public void EndOfGenerationIds_hold_the_end_of_the_turn_and_of_the_text()
    {
        Assert.Equal([0, 2], Smol.EndOfGenerationIds.Order());
        Assert.Equal([2], TokenizerGolden.Get("mistral-v1").EndOfGenerationIds);
        Assert.Equal([151643, 151645], TokenizerGolden.Get("qwen2").EndOfGenerationIds.Order());
    }

    [Fact]
    public void Fingerprint_is_the_same_for_the_same_file_and_different_for_every_tokenizer()
    {
        var again = Tokenizer.Load(SharedFiles.Golden("tokenizers/tiny-bbpe-gpt2"));
        var fingerprints = TokenizerGolden.Names.Select(name => TokenizerGolden.Get(name).Fingerprint).ToArray();

        Assert.Equal(TokenizerGolden.Get("tiny-bbpe-gpt2").Fingerprint, again.Fingerprint);
        Assert.Distinct(fingerprints);
        Assert.All(fingerprints, fingerprint => Assert.Matches("^[0-9a-f]{64}$", fingerprint));
    }

    [Fact]
    public void Ids_outside_the_vocabulary_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Smol.GetToken(Smol.VocabularySize));
        Assert.Throws<ArgumentOutOfRangeException>(() => Smol.Decode([-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Smol.IsSpecial(int.MaxValue));
    }

    [Fact]
    public void TryGetId_finds_tokens_by_the_spelling_of_the_vocabulary()
    {
        Assert.True(Smol.TryGetId("Ġthe", out var id));
        Assert.Equal("Ġthe", Smol.GetToken(id));
        Assert.Equal(" the"u8, Smol.GetTokenBytes(id));
        Assert.False(Smol.TryGetId("no such token", out _));
    }

    [Fact]
    public void CountTokens_makes_no_ids()
    {
        var text = string.Concat(Enumerable.Repeat("All the words of this text are known by now. ", 200));
        Smol.CountTokens(text);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = Smol.CountTokens(text);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(allocated < count, $"{allocated} bytes were allocated for {count} tokens");
    }

    [Fact]
    public void Load_names_what_a_folder_lacks()
    {
        var folder = Directory.CreateTempSubdirectory("cairn-");
        try
        {
            var exception = Assert.Throws<FileNotFoundException>(() => Tokenizer.Load(folder.FullName));
            Assert.Contains("tokenizer.json", exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
