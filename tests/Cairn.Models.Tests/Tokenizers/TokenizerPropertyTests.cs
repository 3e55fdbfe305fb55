using Cairn.Models.Tokenizers;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers;

public sealed class TokenizerPropertyTests
{
    private const int Seed = 20_261;
    private const int Rounds = 400;

    public static TheoryData<string> Names => [.. TokenizerGolden.Names];

    /// <summary>Byte-level vocabularies that have every byte.</summary>
    public static TheoryData<string> LosslessNames => ["tiny-bbpe-gpt2", "tiny-bbpe-llama3", "tiny-bbpe-o200k"];

    [Theory]
    [MemberData(nameof(LosslessNames))]
    public void Decode_returns_any_text_that_a_byte_level_tokenizer_encoded(string name)
    {
        var tokenizer = TokenizerGolden.Get(name);
        var random = new Random(Seed);
        for (var round = 0; round < Rounds; round++)
        {
            var text = RandomText.Next(random, 1 + random.Next(60), withHalves: true);

            var decoded = tokenizer.Decode(tokenizer.Encode(text));

            Assert.True(RandomText.Replaced(text) == decoded, $"seed {Seed}, round {round}: {Escape(text)} became {Escape(decoded)}");
        }
    }

    /// <summary>SmolLM2's vocabulary lacks the bytes of six controls, and F1 and F2, which begin planes 4 to 11.</summary>
    [Fact]
    public void Decode_returns_any_text_that_SmolLM2_has_the_bytes_for()
    {
        var tokenizer = TokenizerGolden.Get("smollm2");
        var random = new Random(Seed);
        for (var round = 0; round < Rounds; round++)
        {
            var text = string.Concat(RandomText.Next(random, 1 + random.Next(60), withHalves: true)
                .EnumerateRunes().Where(IsSpelled).Select(rune => rune.ToString()));

            var decoded = tokenizer.Decode(tokenizer.Encode(text));

            Assert.True(text == decoded, $"seed {Seed}, round {round}: {Escape(text)} became {Escape(decoded)}");
        }

        Assert.DoesNotContain(tokenizer.Encode("\U00040000\u0004\U000BFFFF"), tokenizer.IsSpecial);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EncodeWithOffsets_and_CountTokens_agree_with_Encode(string name)
    {
        var tokenizer = TokenizerGolden.Get(name);
        var random = new Random(Seed);
        for (var round = 0; round < Rounds; round++)
        {
            var text = RandomText.Next(random, 1 + random.Next(40), withHalves: true);

            var ids = tokenizer.Encode(text);
            var tokenized = tokenizer.EncodeWithOffsets(text);

            Assert.True(ids.SequenceEqual(tokenized.Ids), $"seed {Seed}, round {round}: {Escape(text)}");
            Assert.True(ids.Length == tokenizer.CountTokens(text), $"seed {Seed}, round {round}: {Escape(text)}");
            Assert.All(tokenized.Offsets, range => Assert.True(
                range.Start >= 0 && range.Start <= range.End && range.End <= text.Length, $"seed {Seed}, round {round}: {range}"));
        }
    }

    [Theory]
    [MemberData(nameof(LosslessNames))]
    public void EncodeWithOffsets_covers_the_whole_text_from_left_to_right(string name)
    {
        var tokenizer = TokenizerGolden.Get(name);
        var random = new Random(Seed);
        for (var round = 0; round < Rounds; round++)
        {
            var text = RandomText.Next(random, 1 + random.Next(40));
            var end = 0;
            foreach (var range in tokenizer.EncodeWithOffsets(text).Offsets)
            {
                Assert.True(range.Start <= end && range.End >= end && range.Length > 0, $"seed {Seed}, round {round}: {range} after {end}");
                end = range.End;
            }

            Assert.Equal(text.Length, end);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Detokenizer_chunks_join_to_what_Decode_gives(string name)
    {
        var tokenizer = TokenizerGolden.Get(name);
        var random = new Random(Seed);
        for (var round = 0; round < Rounds; round++)
        {
            var ids = new int[random.Next(20)];
            for (var i = 0; i < ids.Length; i++)
            {
                ids[i] = random.Next(tokenizer.VocabularySize);
            }

            var skipsSpecial = random.Next(2) == 0;
            var detokenizer = tokenizer.CreateDetokenizer(skipsSpecial);
            var chunks = ids.Select(detokenizer.Append).ToList();
            chunks.Add(detokenizer.Flush());

            Assert.Equal(tokenizer.Decode(ids, skipsSpecial), string.Concat(chunks));
            Assert.DoesNotContain(chunks, chunk => chunk.Length > 0 && (char.IsLowSurrogate(chunk[0]) || char.IsHighSurrogate(chunk[^1])));
        }
    }

    [Fact]
    public async Task Encode_gives_the_same_ids_on_many_threads()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var tokenizer = TokenizerGolden.Get("smollm2");
        var random = new Random(Seed);
        var texts = Enumerable.Range(0, 200).Select(_ => RandomText.Next(random, 30)).ToArray();
        var expected = texts.Select(text => tokenizer.Encode(text)).ToArray();

        // A second instance, so that the threads meet an empty cache.
        var fresh = Tokenizer.Load(Cairn.Testing.SharedFiles.Model("smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf"));
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(
            () => texts.Skip(worker * 25).Concat(texts.Take(worker * 25)).Select(text => fresh.Encode(text)).ToArray(),
            cancellation)));

        for (var worker = 0; worker < results.Length; worker++)
        {
            Assert.Equal(expected.Skip(worker * 25).Concat(expected.Take(worker * 25)), results[worker]);
        }
    }

    private static bool IsSpelled(System.Text.Rune rune) =>
        (rune.Plane is < 4 or > 11) && rune.Value is not (0x04 or 0x06 or 0x13 or 0x14 or 0x16 or 0x1D);

    private static string Escape(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
