using System.IO.Compression;
using System.Text.Json;
using Cairn.Models.Tokenizers;
using Cairn.Testing;

namespace Cairn.Models.Tests.Tokenizers.SentencePiece;

/// <summary>
/// Four small models trained and applied by sentencepiece 0.1.97, one a line of <c>models.jsonl.gz</c>: two Unigram and two of byte
/// pairs; with byte fallback, rules of their own, a space at the end, pieces of the user (runs of spaces too), no extra spaces removed.
/// </summary>
internal static class SentencePieceFixture
{
    public static readonly string[] Names = ["uni-bytes", "uni-suffix", "bpe-user", "bpe-plain"];

    private static readonly Lazy<Dictionary<string, JsonElement>> Lines = new(Read);

    public static byte[] Model(string name) => Lines.Value[name].GetProperty("model").GetBytesFromBase64();

    public static IEnumerable<(string Text, int[] Ids)> Cases(string name) => Lines.Value[name].GetProperty("cases").EnumerateArray()
        .Select(row => (row.GetProperty("text").GetString()!, TokenizerGolden.Ids(row, "ids")));

    /// <summary>Builds a tokenizer from the bytes of a model file.</summary>
    public static Tokenizer Load(byte[] model, string? configuration = null)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("tokenizer.model"), model);
        if (configuration is not null) File.WriteAllText(folder.File("tokenizer_config.json"), configuration);
        return Tokenizer.Load(folder.Path);
    }

    private static Dictionary<string, JsonElement> Read()
    {
        using var packed = typeof(SentencePieceFixture).Assembly.GetManifestResourceStream("sentencepiece.jsonl.gz")!;
        using var reader = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        var lines = new Dictionary<string, JsonElement>();
        while (reader.ReadLine() is { } line)
        {
            var row = JsonElement.Parse(line);
            lines.Add(row.GetProperty("name").GetString()!, row);
        }

        return lines;
    }
}
