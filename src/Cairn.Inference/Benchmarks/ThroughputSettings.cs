using System.Globalization;
using System.Text;

namespace Cairn.Inference.Benchmarks;

/// <summary>What a throughput measurement measured: two of them may be compared where these are equal.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="ModelBytes">Bytes of its file, or of the weight files of its folder.</param>
/// <param name="Threads">Threads that computed.</param>
/// <param name="Activations">Arithmetic of the matrix products.</param>
/// <param name="KvType">How keys and values are kept.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="GeneratedTokens">Tokens decoded, by each sequence.</param>
/// <param name="Depth">Tokens in the cache when decoding began.</param>
/// <param name="Sequences">Sequences that decoded together.</param>
/// <param name="Prompt">"random", or the start of the SHA-256 of the text.</param>
/// <param name="Adapters">Adapters and their factors; empty for none.</param>
public sealed record ThroughputSettings(
    string Model,
    long ModelBytes,
    int Threads,
    string Activations,
    string KvType,
    int PromptTokens,
    int GeneratedTokens,
    int Depth,
    int Sequences,
    string Prompt,
    string Adapters)
{
    /// <summary>Where these settings are not those of an earlier measurement, in words; empty when the two compare.</summary>
    /// <param name="earlier">The other.</param>
    public IReadOnlyList<string> DifferencesFrom(ThroughputSettings earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        List<string> differences = [];
        Compare("model", Model, earlier.Model);
        Compare("bytes of the model", ModelBytes, earlier.ModelBytes);
        Compare("threads", Threads, earlier.Threads);
        Compare("activations", Activations, earlier.Activations);
        Compare("type of keys and values", KvType, earlier.KvType);
        Compare("prompt tokens", PromptTokens, earlier.PromptTokens);
        Compare("generated tokens", GeneratedTokens, earlier.GeneratedTokens);
        Compare("depth", Depth, earlier.Depth);
        Compare("sequences", Sequences, earlier.Sequences);
        Compare("prompt", Prompt, earlier.Prompt);
        Compare("adapters", Adapters, earlier.Adapters);
        return differences;

        void Compare<T>(string name, T now, T before)
        {
            if (!EqualityComparer<T>.Default.Equals(now, before))
                differences.Add(string.Create(CultureInfo.InvariantCulture, $"{name} '{now}', earlier '{before}'"));
        }
    }

    internal static ThroughputSettings Of(LanguageModel model, ThroughputOptions options) => new(
        model.Name,
        SizeOf(model.Path),
        model.Threads,
        options.Load.Activation.ToString(),
        model.KvType.ToString(),
        options.PromptTokens,
        options.GeneratedTokens,
        options.DecodeDepth,
        options.Sequences,
        options.PromptText is { } text ? Fingerprint(text) : "random",
        string.Join(", ", options.Adapters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(
            pair => string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(pair.Key)}@{pair.Value}"))));

    private static string Fingerprint(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    private static long SizeOf(string path) => Directory.Exists(path)
        ? new DirectoryInfo(path).EnumerateFiles("*.safetensors").Sum(file => file.Length)
        : new FileInfo(path).Length;
}
