using System.Text.Json;
using Cairn.Models.Tokenizers;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers;

/// <summary>Every case of every tokenizer against the implementation that it was published with.</summary>
public sealed class TokenizerGoldenTests
{
    public static TheoryData<string> Names => [.. TokenizerGolden.Names];

    /// <summary>SentencePiece never parses special tokens, so that the cases of mistral-v1 say nothing about it.</summary>
    public static TheoryData<string> ParsedNames => [.. TokenizerGolden.Names.Where(name => name != "mistral-v1")];

    public static TheoryData<string> StreamedNames =>
        [.. TokenizerGolden.Names.Where(name => name is "smollm2" or "mistral-v1" or "qwen2" || name.Contains("bbpe"))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_gives_the_ids_of_the_reference(string name) => CheckAll(name, (tokenizer, row, text) =>
        CompareAll(TokenizerGolden.Ids(row, "ids"), tokenizer.Encode(text)));

    [Theory]
    [MemberData(nameof(ParsedNames))]
    public void Encode_with_parsing_gives_the_ids_of_the_reference(string name) => CheckAll(
        name,
        (tokenizer, row, text) => CompareAll(
            TokenizerGolden.Ids(row, row.TryGetProperty("ids_parsed", out _) ? "ids_parsed" : "ids"),
            tokenizer.Encode(text, parseSpecial: true)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_with_added_tokens_gives_the_ids_of_the_reference(string name) => CheckAll(
        name,
        (tokenizer, row, text) => CompareAll(
            TokenizerGolden.Ids(row, row.TryGetProperty("ids_with_special", out _) ? "ids_with_special" : "ids"),
            tokenizer.Encode(text, addSpecial: true)));

    [Theory]
    [MemberData(nameof(Names))]
    public void CountTokens_gives_the_number_of_ids(string name) => CheckAll(name, (tokenizer, row, text) =>
        Compare(row.GetProperty("ids").GetArrayLength(), tokenizer.CountTokens(text)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Decode_gives_the_text_of_the_reference(string name) => CheckAll(name, (tokenizer, row, _) =>
        Compare(row.GetProperty("decoded").GetString()!, tokenizer.Decode(TokenizerGolden.Ids(row, "ids"))));

    [Theory]
    [MemberData(nameof(Names))]
    public void EncodeWithOffsets_gives_the_ranges_of_the_reference(string name) => CheckAll(name, (tokenizer, row, text) =>
    {
        var tokenized = tokenizer.EncodeWithOffsets(text);
        if (!tokenized.Ids.SequenceEqual(TokenizerGolden.Ids(row, "ids"))) return "other ids than Encode";
        if (!row.TryGetProperty("offsets", out var offsets)) return null;

        var positions = PositionsOfCodePoints(text);
        var expected = offsets.EnumerateArray()
            .Select(range => new TextRange(positions[range[0].GetInt32()], positions[range[1].GetInt32()]));
        return CompareAll(expected, tokenized.Offsets);
    });

    [Theory]
    [MemberData(nameof(StreamedNames))]
    public void Detokenizer_emits_the_chunks_of_the_reference(string name)
    {
        var tokenizer = TokenizerGolden.Get(name);
        var failures = new List<string>();
        foreach (var row in TokenizerGolden.Streams(name))
        {
            var ids = TokenizerGolden.Ids(row, "ids");
            var detokenizer = tokenizer.CreateDetokenizer();
            var chunks = ids.Select(detokenizer.Append).ToList();
            chunks.Add(detokenizer.Flush());
            var expected = row.GetProperty("chunks").EnumerateArray().Append(row.GetProperty("flush"))
                .Select(chunk => chunk.GetString()!);
            if (CompareAll(expected, chunks) is { } difference) failures.Add($"[{string.Join(",", ids)}]: {difference}");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} differ:\n{string.Join('\n', failures.Take(10))}");
    }

    private static void CheckAll(string name, Func<Tokenizer, JsonElement, string, string?> check)
    {
        var tokenizer = TokenizerGolden.Get(name);
        var cases = TokenizerGolden.Cases(name);
        var failures = new List<string>();
        foreach (var row in cases)
        {
            var text = row.GetProperty("text").GetString()!;
            if (check(tokenizer, row, text) is { } difference)
            {
                failures.Add($"{row.GetProperty("id").GetString()} {JsonSerializer.Serialize(text)}: {difference}");
            }
        }

        Assert.Equal(537, cases.Count);
        Assert.True(failures.Count == 0, $"{failures.Count} of {cases.Count} differ:\n{string.Join('\n', failures.Take(10))}");
    }

    private static string? CompareAll<T>(IEnumerable<T> expected, IEnumerable<T> got) => expected.SequenceEqual(got)
        ? null
        : $"expected [{string.Join(", ", expected.Take(40))}], got [{string.Join(", ", got.Take(40))}]".Replace("TextRange { Start = ", "{");

    private static string? Compare<T>(T expected, T got) => Equals(expected, got)
        ? null
        : $"expected {JsonSerializer.Serialize(expected)}, got {JsonSerializer.Serialize(got)}";

    /// <summary>The UTF-16 position of each code point, and of the end.</summary>
    private static List<int> PositionsOfCodePoints(string text)
    {
        var positions = new List<int> { 0 };
        foreach (var rune in text.EnumerateRunes())
        {
            positions.Add(positions[^1] + rune.Utf16SequenceLength);
        }

        return positions;
    }
}
