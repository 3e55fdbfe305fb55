using System.Text.Json;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers;

namespace Cairn.Hub.Inspection;

/// <summary>Describes the tokenizer of a model; one that cannot be used is described as far as its names go.</summary>
internal static class TokenizerInspector
{
    private const string JsonName = "tokenizer.json";
    private const long MaximumJsonBytes = 64 << 20;

    /// <summary>The tokenizer in a file's metadata; null when there is none.</summary>
    public static TokenizerSummary? Inspect(GgufFile file)
    {
        if (!file.Metadata.TryGetEntry("tokenizer.ggml.model", out var kind)) return null;

        var pre = file.Metadata.TryGetEntry("tokenizer.ggml.pre", out var entry) ? file.Metadata.Preview(entry) : null;
        var count = file.Metadata.TryGetEntry("tokenizer.ggml.tokens", out var tokens) ? (int)tokens.Count : 0;
        return Complete(new TokenizerSummary(file.Metadata.Preview(kind), pre, count), () => Tokenizer.FromGguf(file));
    }

    /// <summary>The tokenizer of a Hugging Face folder; null when there is none.</summary>
    public static TokenizerSummary? Inspect(ModelFolder folder)
    {
        if (!File.Exists(Path.Combine(folder.Path, JsonName))) return null;

        return Complete(new TokenizerSummary(ReadKind(folder), null, 0), () => Tokenizer.Load(folder.Path));
    }

    private static string ReadKind(ModelFolder folder)
    {
        try
        {
            var json = folder.ReadRequired(JsonName, MaximumJsonBytes);
            return json.TryGet("model", out var model) && model.ValueKind == JsonValueKind.Object
                && model.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString()! : "?";
        }
        catch (ModelFormatException)
        {
            return "?"; // what is wrong with it, loading says
        }
    }

    private static TokenizerSummary Complete(TokenizerSummary summary, Func<Tokenizer> load)
    {
        try
        {
            var tokenizer = load();
            return summary with { TokenCount = tokenizer.VocabularySize, SpecialTokens = ListSpecial(tokenizer) };
        }
        catch (ModelFormatException exception)
        {
            return summary with { Problem = exception.Message };
        }
    }

    private static List<SpecialTokenSummary> ListSpecial(Tokenizer tokenizer)
    {
        var tokens = new List<SpecialTokenSummary>();
        Add("bos", tokenizer.BosId);
        Add("eos", tokenizer.EosId);
        Add("pad", tokenizer.PadId);
        Add("unknown", tokenizer.UnknownId);
        foreach (var id in tokenizer.EndOfGenerationIds.Order()) Add("end_of_generation", id);
        return tokens;

        void Add(string role, int? id)
        {
            if (id is { } known) tokens.Add(new SpecialTokenSummary(role, known, tokenizer.GetToken(known)));
        }
    }
}
