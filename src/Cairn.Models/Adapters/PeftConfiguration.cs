using System.Text.Json;
using Cairn.Models.Configuration;

namespace Cairn.Models.Adapters;

/// <summary>What <c>adapter_config.json</c> says: how strong each module is, and which modules there are.</summary>
internal sealed class PeftConfiguration
{
    private const string RankKey = "r";
    private const string AlphaKey = "lora_alpha";

    private readonly ModelFolderFile _config;
    private readonly List<(PeftPattern Pattern, double Value)> _ranks;
    private readonly List<(PeftPattern Pattern, double Value)> _alphas;

    private PeftConfiguration(ModelFolderFile config)
    {
        PeftSupport.Require(config);
        _config = config;
        Rank = config.GetSize(RankKey, absent: 8);
        Alpha = config.TryGet(AlphaKey, out var alpha) ? Number(AlphaKey, alpha) : 8;
        UsesRankStabilizedScale = config.GetBoolean("use_rslora", absent: false);
        UsesMagnitudes = config.GetBoolean("use_dora", absent: false);
        BaseModel = config.TryGet("base_model_name_or_path", out _) ? config.GetString("base_model_name_or_path") : null;
        ReplacedModules = ReadReplaced();
        Targets = PeftTargets.Read(config);
        _ranks = ReadPattern("rank_pattern");
        _alphas = ReadPattern("alpha_pattern");
    }

    /// <summary>Rank of a module that no pattern names.</summary>
    public int Rank { get; }

    /// <summary>α of a module that no pattern names.</summary>
    public double Alpha { get; }

    /// <summary>Whether s = α/√rank (rsLoRA) and not α/rank.</summary>
    public bool UsesRankStabilizedScale { get; }

    /// <summary>Whether each module has a magnitude vector (DoRA).</summary>
    public bool UsesMagnitudes { get; }

    /// <summary>The base model as its trainer named it.</summary>
    public string? BaseModel { get; }

    /// <summary>Names, or ends of names, of modules that are saved whole.</summary>
    public IReadOnlyList<string> ReplacedModules { get; }

    /// <summary>Which modules are adapted.</summary>
    public PeftTargets Targets { get; }

    /// <summary>Whether a module's rank or α differs from the others'.</summary>
    public bool HasPatterns => _ranks.Count + _alphas.Count > 0;

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="ModelFormatException">It cannot be read, or asks for what is not implemented.</exception>
    public static PeftConfiguration Read(ModelFolderFile config) => new(config);

    /// <summary>Rank, α and scale of a module.</summary>
    public (int Rank, double Alpha, double Scale) StrengthOf(string module)
    {
        var rank = (int)Find(_ranks, module, Rank);
        var alpha = Find(_alphas, module, Alpha);
        return (rank, alpha, alpha / (UsesRankStabilizedScale ? Math.Sqrt(rank) : rank));
    }

    private static double Find(List<(PeftPattern Pattern, double Value)> patterns, string module, double otherwise)
    {
        foreach (var (pattern, value) in patterns)
        {
            if (pattern.IsMatch(module)) return value; // the first in file order, as PEFT does
        }

        return otherwise;
    }

    private List<string> ReadReplaced()
    {
        const string key = "modules_to_save";
        if (!_config.TryGet(key, out var value)) return [];
        if (value.ValueKind != JsonValueKind.Array) throw _config.Bad(key, "a list of texts", value.ValueKind.ToString());

        return [.. value.EnumerateArray().Select(name => name.ValueKind == JsonValueKind.String
            ? name.GetString()!
            : throw _config.Bad(key, "a list of texts", name.GetRawText()))];
    }

    private List<(PeftPattern Pattern, double Value)> ReadPattern(string key)
    {
        if (!_config.TryGet(key, out var value)) return [];
        if (value.ValueKind != JsonValueKind.Object) throw _config.Bad(key, "an object", value.ValueKind.ToString());

        var patterns = new List<(PeftPattern Pattern, double Value)>();
        foreach (var member in value.EnumerateObject())
        {
            var number = Number(key, member.Value);
            if (key == "rank_pattern" && (number is < 1 or > int.MaxValue || number % 1 != 0))
                throw _config.Bad(key, "whole numbers from 1", member.Value.GetRawText());
            patterns.Add((PeftPattern.ForEnd(_config.Path, key, member.Name), number));
        }

        return patterns;
    }

    private double Number(string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw _config.Bad(key, "a finite number", value.GetRawText());
}
