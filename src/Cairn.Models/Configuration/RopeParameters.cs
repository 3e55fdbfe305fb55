using System.Text.Json;

namespace Cairn.Models.Configuration;

/// <summary>Reads the rotary settings of config.json, in the older form and in that of transformers 5.</summary>
/// <remarks>
/// Older: <c>rope_theta</c>, and <c>rope_scaling</c> with <c>rope_type</c> or <c>type</c>. Newer: all of it in
/// <c>rope_parameters</c>.
/// </remarks>
internal static class RopeParameters
{
    private const string Newer = "rope_parameters";

    /// <summary>The base θ.</summary>
    public static float ReadTheta(ModelFolderFile config, float absent) =>
        config.TryGet(Newer, out var settings) && settings.ValueKind == JsonValueKind.Object
            && ReadPositive(config, settings, Newer, "rope_theta") is { } theta
            ? theta
            : config.GetPositive("rope_theta", absent);

    /// <summary>The factor of linear scaling; 1 for none.</summary>
    /// <remarks>
    /// A scaling that is ignored gives a model that talks nonsense far into a text, so other kinds are refused.
    /// </remarks>
    public static float ReadLinearFactor(ModelFolderFile config)
    {
        foreach (var key in new[] { "rope_scaling", Newer })
        {
            if (!config.TryGet(key, out var settings)) continue;
            if (settings.ValueKind != JsonValueKind.Object) throw config.Bad(key, "an object", settings.GetRawText());

            switch (ReadType(settings))
            {
                case "default":
                    continue;
                case "linear":
                    return ReadPositive(config, settings, key, "factor") ?? throw config.Bad(key, "a factor", settings.GetRawText());
                case var other:
                    throw new ModelFormatException(
                        ModelFormatError.Unsupported, config.Path, $"rope scaling ('{key}') is not supported", "default or linear", $"'{other}'");
            }
        }

        return 1;
    }

    private static string ReadType(JsonElement settings) =>
        settings.TryGetProperty("rope_type", out var named) || settings.TryGetProperty("type", out named)
            ? named.ToString()
            : "default";

    private static float? ReadPositive(ModelFolderFile config, JsonElement settings, string key, string name)
    {
        if (!settings.TryGetProperty(name, out var value)) return null;

        return value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && float.IsFinite(number) && number > 0
            ? number
            : throw config.Bad($"{key}.{name}", "a positive number", value.GetRawText());
    }
}
