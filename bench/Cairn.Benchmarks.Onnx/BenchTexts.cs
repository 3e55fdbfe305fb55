using Cairn.Models.Tokenizers;

namespace Cairn.Benchmarks.Onnx;

/// <summary>Token ids of real sentences: those of the Markdown files of a folder.</summary>
internal static class BenchTexts
{
    private const int ShortestSentence = 25;

    /// <summary>Sentences in the order of the files, headings, tables and code left out.</summary>
    public static string[] Sentences(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal)
            .SelectMany(File.ReadLines)
            .Where(line => line.Length > 0 && char.IsLetter(line[0]))
            .SelectMany(line => line.Split(". "))
            .Where(sentence => sentence.Length >= ShortestSentence)
            .Distinct()];

    /// <summary>Ids of one text, special tokens included, at most <paramref name="most"/>.</summary>
    public static int[] Ids(Tokenizer tokenizer, string text, int most)
    {
        int[] ids = tokenizer.Encode(text, addSpecial: true, parseSpecial: false);
        return ids.Length <= most ? ids : [.. ids.AsSpan(0, most - 1), ids[^1]];
    }

    /// <summary>Texts of so many tokens each, made of consecutive sentences.</summary>
    public static int[][] OfLengths(Tokenizer tokenizer, IReadOnlyList<string> sentences, IReadOnlyList<int> lengths)
    {
        int next = 0;
        return [.. lengths.Select(OfLength)];

        int[] OfLength(int length)
        {
            string text = string.Empty;
            int[] ids;
            do
            {
                text += sentences[next++ % sentences.Count] + ". ";
                ids = tokenizer.Encode(text, addSpecial: true, parseSpecial: false);
            }
            while (ids.Length < length);

            return [.. ids.AsSpan(0, length - 1), ids[^1]];
        }
    }

    /// <summary>Lengths from 8 to <paramref name="longest"/>, as many in every octave: questions, sentences and chunks together.</summary>
    public static int[] MixedLengths(int count, int longest)
    {
        var random = new Random(1);
        return [longest, .. Enumerable.Range(1, count - 1).Select(_ => (int)(8 * Math.Pow(longest / 8.0, random.NextDouble())))];
    }
}
