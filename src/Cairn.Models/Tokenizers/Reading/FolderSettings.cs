using System.Text.Json;
using Cairn.Models.HuggingFace;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>What the model's files beside a <c>tokenizer.json</c> add to it.</summary>
/// <param name="VocabularySize">Rows of the model's embedding (<c>vocab_size</c> of config.json); 0 where no file says.</param>
/// <param name="EndIds">
/// Ids that end an answer: <c>eos_token_id</c> of generation_config.json, or of config.json where there is none.
/// </param>
internal sealed record FolderSettings(int VocabularySize, IReadOnlyList<int> EndIds)
{
    private const string EndKey = "eos_token_id";

    /// <summary>Reads the files in the folder of a tokenizer; absent ones add nothing.</summary>
    /// <exception cref="ModelFormatException">A file is broken, or a number is none.</exception>
    public static FolderSettings Read(string tokenizerPath)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(tokenizerPath))!;
        var (size, ends) = (0, (IReadOnlyList<int>?)null);
        Open(Path.Combine(folder, "generation_config.json"), root => ends = ReadEnds(root));
        Open(Path.Combine(folder, "config.json"), root =>
        {
            var text = root.GetString("model_type", "") == TextPart.OuterType ? root.Find("text_config") : root;
            size = Math.Max(0, text?.GetInt32("vocab_size", 0) ?? 0);
            ends ??= ReadEnds(root);
        });
        return new FolderSettings(size, ends ?? []);
    }

    private static void Open(string path, Action<JsonSection> read)
    {
        if (!File.Exists(path)) return;

        using var document = JsonFile.Open(path, out var root);
        read(root);
    }

    /// <summary>A number or a list of them; null where there is none.</summary>
    private static int[]? ReadEnds(JsonSection root)
    {
        if (root.Find(EndKey) is not { } ends) return null;

        int[] ids = ends.Element.ValueKind == JsonValueKind.Array ? [.. ends.Items().Select(id => id.AsInt32())] : [ends.AsInt32()];
        return Array.Find(ids, id => id < 0) is < 0 and var bad
            ? throw ends.Error(ModelFormatError.BadValue, $"'{EndKey}' names no token", "0 or more", $"{bad}")
            : ids;
    }
}
