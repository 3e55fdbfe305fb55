using System.Text.Json;
using Cairn.Models.Configuration;

namespace Cairn.Models.HuggingFace;

/// <summary>The rotary settings of config.json, in the older form or in that of transformers 5.</summary>
/// <remarks>
/// Older: <c>rope_theta</c>, and <c>rope_scaling</c> with <c>rope_type</c> or <c>type</c>. Newer: all of it in
/// <c>rope_parameters</c>, where a model with two kinds of layers has an object for each kind.
/// </remarks>
internal sealed class RopeSettings
{
    private const string Older = "rope_scaling";
    private const string Newer = "rope_parameters";
    private const string None = "default";

    private readonly ModelFolderFile _config;
    private readonly JsonElement? _members;
    private readonly string _place;

    private RopeSettings(ModelFolderFile config, JsonElement? members, string place, float theta)
    {
        (_config, _members, _place, Theta) = (config, members, place, theta);
        Type = members is { } found && (found.TryGetProperty("rope_type", out var type) || found.TryGetProperty("type", out type))
            ? type.ToString()
            : None;
    }

    /// <summary>Kind of scaling: <c>default</c> for none.</summary>
    public string Type { get; }

    /// <summary>The base θ.</summary>
    public float Theta { get; }

    /// <summary>Reads the settings of all layers, or of those that see everything where the newer form tells them apart.</summary>
    /// <param name="config">The file.</param>
    /// <param name="absentTheta">θ where the file gives none.</param>
    /// <exception cref="ModelFormatException">The settings are no object, or θ is no positive number.</exception>
    public static RopeSettings Read(ModelFolderFile config, float absentTheta)
    {
        if (ReadKind(config, "full_attention") is { } kind) return kind;

        var older = ReadObject(config, Older);
        var newer = ReadObject(config, Newer);
        var theta = ReadPositive(config, newer, Newer, "rope_theta") ?? config.GetPositive("rope_theta", absentTheta);
        var scaled = new RopeSettings(config, older, Older, theta);
        return older is not null && (newer is null || scaled.Type != None) ? scaled : new RopeSettings(config, newer, Newer, theta);
    }

    /// <summary>Reads the settings of one kind of layers from the newer form; null where it does not tell them apart.</summary>
    /// <exception cref="ModelFormatException">The settings are no object, or lack θ.</exception>
    public static RopeSettings? ReadKind(ModelFolderFile config, string layerType)
    {
        if (ReadObject(config, Newer) is not { } kinds
            || !kinds.TryGetProperty(layerType, out var kind) || kind.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var place = $"{Newer}.{layerType}";
        var theta = ReadPositive(config, kind, place, "rope_theta") ?? throw new ModelFormatException(
            ModelFormatError.MissingKey, config.Path, $"'{place}.rope_theta' is missing");
        return new RopeSettings(config, kind, place, theta);
    }

    /// <summary>Settings without a scaling.</summary>
    public static RopeSettings Unscaled(ModelFolderFile config, float theta) => new(config, null, Newer, theta);

    /// <summary>A positive number of the settings.</summary>
    /// <exception cref="ModelFormatException">It is absent or no positive number.</exception>
    public float GetPositive(string name) => FindPositive(name) ?? throw new ModelFormatException(
        ModelFormatError.MissingKey, _config.Path, $"'{_place}.{name}' is missing; rope type '{Type}' needs it");

    /// <summary>A positive number of the settings, or null when it is absent.</summary>
    /// <exception cref="ModelFormatException">It is no positive number.</exception>
    public float? FindPositive(string name) => ReadPositive(_config, _members, _place, name);

    /// <summary>A list of positive numbers.</summary>
    /// <exception cref="ModelFormatException">It is absent, has another length or holds something else.</exception>
    public float[] GetPositives(string name, int count)
    {
        if (_members is { } members && members.TryGetProperty(name, out var list)
            && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() == count)
        {
            var values = list.EnumerateArray().Select(Positive).OfType<float>().ToArray();
            if (values.Length == count) return values;
        }

        throw _config.Bad($"{_place}.{name}", $"a list of {count} positive numbers", "something else");
    }

    /// <summary>Refuses settings that would change the numbers and are not implemented.</summary>
    /// <exception cref="ModelFormatException">One of them is there.</exception>
    public void Refuse(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_members is not { } members || !members.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) continue;

            throw new ModelFormatException(
                ModelFormatError.Unsupported, _config.Path, $"'{_place}.{name}' is not supported for rope type '{Type}'", "none", value.GetRawText());
        }
    }

    /// <summary>Refuses a switch that is turned off.</summary>
    /// <exception cref="ModelFormatException">It is false.</exception>
    public void RefuseFalse(string name)
    {
        if (_members is { } members && members.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.False) Refuse(name);
    }

    /// <summary>An error that names a kind of scaling that the caller does not implement.</summary>
    public ModelFormatException Unsupported(string supported) => new(
        ModelFormatError.Unsupported, _config.Path, $"rope scaling ('{_place}') is not supported", supported, $"'{Type}'");

    private static JsonElement? ReadObject(ModelFolderFile config, string key) =>
        !config.TryGet(key, out var settings) ? null
        : settings.ValueKind == JsonValueKind.Object ? settings
        : throw config.Bad(key, "an object", settings.GetRawText());

    private static float? ReadPositive(ModelFolderFile config, JsonElement? settings, string place, string name)
    {
        if (settings is not { } members || !members.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return Positive(value) ?? throw config.Bad($"{place}.{name}", "a positive number", value.GetRawText());
    }

    private static float? Positive(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && float.IsFinite(number) && number > 0
            ? number
            : null;
}
