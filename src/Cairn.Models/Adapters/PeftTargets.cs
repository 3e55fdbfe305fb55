using System.Text.Json;
using Cairn.Models.Configuration;

namespace Cairn.Models.Adapters;

/// <summary>Which modules of the base model a PEFT configuration means.</summary>
/// <remarks>
/// PEFT's rule: a list names whole paths or their ends after a dot; one text is an expression for the whole path;
/// <c>all-linear</c> means all. <c>layers_to_transform</c> narrows a list's ends, <c>exclude_modules</c> comes first.
/// </remarks>
internal sealed class PeftTargets
{
    private const string AllLinear = "all-linear";

    private readonly NameRule _targets;
    private readonly NameRule _excluded;
    private readonly HashSet<int> _layers;
    private readonly IReadOnlyList<PeftPattern> _layerPatterns;

    private PeftTargets(NameRule targets, NameRule excluded, HashSet<int> layers, IReadOnlyList<PeftPattern> layerPatterns)
    {
        _targets = targets;
        _excluded = excluded;
        _layers = layers;
        _layerPatterns = layerPatterns;
    }

    /// <summary>The layers that are adapted; empty for all.</summary>
    public IReadOnlyCollection<int> Layers => _layers;

    /// <summary>Whether any linear module may be meant, so that an absent one proves nothing.</summary>
    public bool IsOpen => _targets.IsEverything;

    /// <summary>Reads the rule.</summary>
    /// <exception cref="ModelFormatException">A value has another type, or an expression cannot be read.</exception>
    public static PeftTargets Read(ModelFolderFile config)
    {
        var patterns = NameRule.Texts(config, "layers_pattern")
            .Select(pattern => PeftPattern.ForLayer(config.Path, "layers_pattern", pattern)).ToList();
        return new PeftTargets(
            NameRule.Read(config, "target_modules", AllLinear),
            NameRule.Read(config, "exclude_modules", everything: null),
            ReadLayers(config),
            patterns.Count > 0 ? patterns : [PeftPattern.AnyLayer]);
    }

    /// <summary>Whether the configuration means this module.</summary>
    public bool Contains(string module)
    {
        if (_excluded.Matches(module)) return false;
        if (_targets.Names(module)) return true;
        return _targets.Matches(module) && (_layers.Count == 0 || _targets.IsExpression || IsInLayers(module));
    }

    private bool IsInLayers(string module)
    {
        foreach (var pattern in _layerPatterns)
        {
            if (pattern.FindLayer(module) is { } layer) return _layers.Contains(layer);
        }

        return false;
    }

    private static HashSet<int> ReadLayers(ModelFolderFile config)
    {
        const string key = "layers_to_transform";
        if (!config.TryGet(key, out var value)) return [];

        IEnumerable<JsonElement> numbers = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];
        return [.. numbers.Select(number => number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var layer)
            ? layer
            : throw config.Bad(key, "whole numbers", number.GetRawText()))];
    }

    /// <summary>A list of names, or one expression.</summary>
    private sealed record NameRule(HashSet<string> Listed, PeftPattern? Expression, bool IsEverything)
    {
        public bool IsExpression => Expression is not null || IsEverything;

        public static NameRule Read(ModelFolderFile config, string key, string? everything)
        {
            if (!config.TryGet(key, out var value)) return new NameRule([], null, false);
            if (value.ValueKind != JsonValueKind.String) return new NameRule([.. Texts(config, key)], null, false);

            var text = value.GetString()!;
            return text == everything
                ? new NameRule([], null, true)
                : new NameRule([], PeftPattern.ForWhole(config.Path, key, text), false);
        }

        /// <summary>A text, or a list of texts; none when the key is absent.</summary>
        public static IReadOnlyList<string> Texts(ModelFolderFile config, string key)
        {
            if (!config.TryGet(key, out var value)) return [];
            if (value.ValueKind == JsonValueKind.String) return [value.GetString()!];
            if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(text => text.ValueKind == JsonValueKind.String))
                return [.. value.EnumerateArray().Select(text => text.GetString()!)];

            throw config.Bad(key, "a text or a list of texts", value.ValueKind.ToString());
        }

        /// <summary>Whether the whole path is listed.</summary>
        public bool Names(string module) => Listed.Contains(module);

        /// <summary>Whether the path, or an end of it after a dot, is listed, or the expression matches.</summary>
        public bool Matches(string module)
        {
            if (IsExpression) return IsEverything || Expression!.IsMatch(module);
            for (var start = 0; start >= 0; start = module.IndexOf('.', start) is var dot and >= 0 ? dot + 1 : -1)
            {
                if (Listed.Contains(module[start..])) return true;
            }

            return false;
        }
    }
}
