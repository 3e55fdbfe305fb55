using System.IO.Compression;
using System.Text.Json;
using Cairn.Models.Tokenizers;
using Cairn.Models.Tokenizers.PreTokenizers;
using Cairn.Models.Tokenizers.Reading;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers.PreTokenizers;

/// <summary>
/// Fifty <c>pre_tokenizer</c> sections over ninety-six texts against tokenizers 0.22.2 (Rust, with Oniguruma 6.9):
/// <c>pre-tokenizers.jsonl.gz</c> holds the texts, then one line a section with the pieces of each text.
/// </summary>
public sealed class PreTokenizerReferenceTests
{
    [Fact]
    public void Pieces_equal_those_of_the_reference()
    {
        var lines = ReadLines();
        var texts = lines[0].GetProperty("strings").EnumerateArray().Select(text => text.GetString()!).ToArray();
        var failures = new List<string>();
        foreach (var line in lines.Skip(1))
        {
            var read = JsonPreTokenizerReader.Read(new JsonSection(line.GetProperty("pre_tokenizer"), "pre_tokenizer", "tokenizer.json"));
            foreach (var (text, pieces) in texts.Zip(line.GetProperty("pieces").EnumerateArray()))
            {
                var expected = pieces.EnumerateArray().Select(piece => piece.GetString()!).ToArray();
                var got = Cut(read.Splitter, text);
                if (!expected.SequenceEqual(got))
                {
                    failures.Add($"{line.GetProperty("name")} {JsonSerializer.Serialize(text)}: {JsonSerializer.Serialize(expected)} became {JsonSerializer.Serialize(got)}");
                }
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} differ:\n{string.Join('\n', failures.Take(10))}");
        Assert.Equal((96, 50), (texts.Length, lines.Count - 1));
    }

    /// <summary>Every section again, over texts that repeat one thing: steps are counted, since a clock decides nothing.</summary>
    [Fact]
    public void Cutting_takes_steps_in_proportion_to_the_text()
    {
        string[] units = ["1", "a", " ", "a1 ", "\u6F22", ".", "\n", "the quick 12 \n\U0001F600\u00E9"];
        foreach (var line in ReadLines().Skip(1))
        {
            var read = JsonPreTokenizerReader.Read(new JsonSection(line.GetProperty("pre_tokenizer"), "pre_tokenizer", "tokenizer.json"));
            foreach (var unit in units)
            {
                var text = string.Concat(Enumerable.Repeat(unit, 2_000 / unit.Length));

                var once = WorkMeter.Measure(() => Cut(read.Splitter, text));
                var twice = WorkMeter.Measure(() => Cut(read.Splitter, text + text));

                Assert.True(twice <= 2.1 * once, $"{line.GetProperty("name")} '{unit}': {once:N0} steps, {twice:N0} for twice the text");
            }
        }
    }

    internal static List<string> Cut(PreTokenizer preTokenizer, string text)
    {
        var pieces = new List<string>();
        var cutter = preTokenizer.Prepare(text);
        for (var at = 0; cutter.TryNext(text, at, out var piece); at = piece.End)
        {
            pieces.Add(text[piece.Start..piece.End]);
        }

        return pieces;
    }

    private static List<JsonElement> ReadLines()
    {
        using var packed = typeof(PreTokenizerReferenceTests).Assembly.GetManifestResourceStream("pre-tokenizers.jsonl.gz")!;
        using var reader = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        var lines = new List<JsonElement>();
        while (reader.ReadLine() is { } line)
        {
            lines.Add(JsonElement.Parse(line));
        }

        return lines;
    }
}
