using System.Text.Json;

namespace Cairn.Models.Configuration;

/// <summary>Reads what sentence-transformers adds to a folder: the pooling, and whether embeddings are normalised.</summary>
internal static class SentenceTransformerModules
{
    private const string ModulesFile = "modules.json";

    private static readonly (string Key, Pooling Pooling)[] Modes =
    [
        ("pooling_mode_mean_tokens", Pooling.Mean),
        ("pooling_mode_cls_token", Pooling.Cls),
        ("pooling_mode_lasttoken", Pooling.Last),
    ];

    /// <summary>Whether the folder lists the steps of an embedding model.</summary>
    public static bool Exist(ModelFolder folder) => File.Exists(Path.Combine(folder.Path, ModulesFile));

    /// <summary>The pooling of the folder; mean when it says nothing.</summary>
    /// <exception cref="ModelFormatException">The pooling is not supported.</exception>
    public static Pooling ReadPooling(ModelFolder folder)
    {
        var path = FindModule(folder, "Pooling") ?? "1_Pooling";
        if (folder.ReadOptional(Path.Combine(path, "config.json")) is not { } config) return Pooling.Mean;

        var chosen = config.Root.EnumerateObject()
            .Where(member => member.Name.StartsWith("pooling_mode_", StringComparison.Ordinal)
                && member.Value.ValueKind == JsonValueKind.True)
            .Select(member => member.Name)
            .ToList();
        foreach (var (key, pooling) in Modes)
        {
            if (chosen is [var only] && only == key) return pooling;
        }

        throw new ModelFormatException(
            ModelFormatError.Unsupported, config.Path, "this pooling is not supported",
            "exactly one of mean, cls, last token", chosen.Count == 0 ? "none" : string.Join(" + ", chosen));
    }

    /// <summary>Whether the folder's last step scales embeddings to unit length; yes when it lists no steps.</summary>
    public static bool ReadIsNormalized(ModelFolder folder) =>
        !Exist(folder) || FindModule(folder, "Normalize") is not null;

    private static string? FindModule(ModelFolder folder, string kind)
    {
        var path = Path.Combine(folder.Path, ModulesFile);
        if (!File.Exists(path)) return null;

        foreach (var module in ModelFolderFile.Parse(path, JsonValueKind.Array).EnumerateArray())
        {
            if (module.ValueKind != JsonValueKind.Object || Text(module, "type") is not { } type) continue;
            if (!type.EndsWith("." + kind, StringComparison.Ordinal)) continue;

            var name = Text(module, "path") ?? "";
            return name.AsSpan().IndexOfAny('/', '\\') < 0 && name != ".." ? name : throw new ModelFormatException(
                ModelFormatError.PathEscape, path, "a module lies outside the model's folder", "a folder name", $"'{name}'");
        }

        return null;
    }

    private static string? Text(JsonElement module, string key) =>
        module.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
