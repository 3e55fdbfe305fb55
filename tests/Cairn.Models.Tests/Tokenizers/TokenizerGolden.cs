using System.IO.Compression;
using System.Text.Json;
using Cairn.Models.Tokenizers;
using Cairn.Testing;

namespace Cairn.Models.Tests.Tokenizers;

/// <summary>The reference cases of one tokenizer, and the tokenizer built from its own files.</summary>
internal static class TokenizerGolden
{
    public static readonly string[] Names =
    [
        "smollm2", "minilm", "mistral-v1", "qwen2", "tiny-bbpe-gpt2", "tiny-bbpe-llama3", "tiny-bbpe-qwen2",
        "tiny-bbpe-o200k", "tiny-spm-bpe", "tiny-unigram", "tiny-wordpiece",
    ];

    private static readonly Dictionary<string, Lazy<Tokenizer>> Loaded =
        Names.ToDictionary(name => name, name => new Lazy<Tokenizer>(() => Load(name)));

    /// <summary>Builds a tokenizer once for all tests.</summary>
    public static Tokenizer Get(string name)
    {
        Locate(name);
        return Loaded[name].Value;
    }

    public static List<JsonElement> Cases(string name) => ReadLines($"tokenizers/{name}/cases.jsonl.gz");

    public static List<JsonElement> Streams(string name) => ReadLines($"tokenizers/{name}/stream.jsonl.gz");

    public static int[] Ids(JsonElement row, string property) =>
        [.. row.GetProperty(property).EnumerateArray().Select(id => id.GetInt32())];

    /// <summary>Unpacks a <c>.gz</c> file of the goldens into a file that the caller deletes.</summary>
    public static string Unpack(string relativePath)
    {
        var path = Path.Combine(Path.GetTempPath(), $"cairn-{Guid.NewGuid():N}.gguf");
        using var packed = new GZipStream(File.OpenRead(SharedFiles.Golden(relativePath)), CompressionMode.Decompress);
        using var unpacked = File.Create(path);
        packed.CopyTo(unpacked);
        return path;
    }

    private static string Locate(string name) => name switch
    {
        "smollm2" => SharedFiles.Model("smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf"),
        "minilm" => SharedFiles.Model("all-minilm-l6-v2/tokenizer.json"),
        "mistral-v1" or "qwen2" => SharedFiles.Golden($"tokenizers/{name}/vocab.gguf.gz"),
        _ => SharedFiles.Golden($"tokenizers/{name}/tokenizer.json"),
    };

    private static Tokenizer Load(string name)
    {
        var path = Locate(name);
        if (!path.EndsWith(".gz", StringComparison.Ordinal)) return Tokenizer.Load(path);

        var unpacked = Unpack($"tokenizers/{name}/vocab.gguf.gz");
        try
        {
            return Tokenizer.Load(unpacked);
        }
        finally
        {
            File.Delete(unpacked);
        }
    }

    private static List<JsonElement> ReadLines(string relativePath)
    {
        using var reader = new StreamReader(
            new GZipStream(File.OpenRead(SharedFiles.Golden(relativePath)), CompressionMode.Decompress));
        var rows = new List<JsonElement>();
        while (reader.ReadLine() is { } line)
        {
            rows.Add(JsonElement.Parse(line));
        }

        return rows;
    }
}
