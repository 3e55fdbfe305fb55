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

    private readonly ModelFolderFile _config;
    private readonly JsonElement? _members;
    private readonly string _place;

    private RopeSettings(ModelFolderFile config, JsonElement? members, string place, float theta)
    {
        (_config, _members, _place, Theta) = (config, members, place, theta);
        Type = members is { } found && (found.TryGetProperty("rope_type", out var type) || found.TryGetProperty("type", out type))
            ? type.ToString()
            : "default";
    }

    /// <summary>Kind of scaling: <c>default</c> for none.</summary>
    public string Type { get; }

    /// <summary>The base θ.</summary>
    public float Theta { get; }

    /// <summary>Reads the settings of all layers, or of one kind of them.</summary>
    /// <param name="config">The file.</param>
    /// <param name="absentTheta">θ where the file gives none.</param>
    /// <param name="layerType">Kind of layers, such as <c>full_attention</c>, where the newer form may tell them apart.</param>
    /// <exception cref="ModelFormatException">The settings are no object, or θ is no positive number.</exception>
    public static RopeSettings Read(ModelFolderFile config, float absentTheta, string layerType = "full_attention")
    {
        var older = ReadObject(config, Older);
        var newer = ReadObject(config, Newer);
        var place = Newer;
        if (newer is { } kinds && kinds.TryGetProperty(layerType, out var kind) && kind.ValueKind == JsonValueKind.Object)
        {
            (newer, place) = (kind, $"{Newer}.{layerType}");
        }

        var theta = ReadPositive(config, newer, place, "rope_theta") ?? config.GetPositive("rope_theta", absentTheta);
        var scaled = new RopeSettings(config, older, Older, theta);
        return older is not null && (newer is null || scaled.Type != "default") ? scaled : new RopeSettings(config, newer, place, theta);
    }

    /// <summary>A positive number of the settings.</summary>
    /// <exception cref="ModelFormatException">It is absent or no positive number.</exception>
    public float GetPositive(string name) => FindPositive(name) ?? throw new ModelFormatException(
        ModelFormatError.MissingKey, _config.Path, $"'{_place}.{name}' is missing; rope type '{Type}' needs it");

    /// <summary>A positive number of the settings, or null when it is absent.</summary>
    /// <exception cref="ModelFormatException">It is no positive number.</exception>
    public float? FindPositive(string name) => ReadPositive(_config, _members, _place, name);

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

        return value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && float.IsFinite(number) && number > 0
            ? number
            : throw config.Bad($"{place}.{name}", "a positive number", value.GetRawText());
    }
}
