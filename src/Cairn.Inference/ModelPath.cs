namespace Cairn.Inference;

/// <summary>Finds the model file that a path means.</summary>
internal static class ModelPath
{
    private const string Pattern = "*.gguf";

    /// <summary>The file itself, or the only GGUF file of a folder.</summary>
    /// <exception cref="FileNotFoundException">There is no such file, or no GGUF file in the folder.</exception>
    /// <exception cref="ArgumentException">The folder has several.</exception>
    public static string FindGguf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
            return File.Exists(path) ? path : throw new FileNotFoundException($"There is no model file '{path}'.", path);

        string[] files = Directory.GetFiles(path, Pattern);
        return files.Length switch
        {
            1 => files[0],
            0 => throw new FileNotFoundException($"The folder '{path}' has neither a GGUF file nor a config.json.", path),
            _ => throw new ArgumentException(
                $"The folder '{path}' has {files.Length} GGUF files; name one of them: "
                + string.Join(", ", files.Select(Path.GetFileName).Order(StringComparer.Ordinal)) + ".",
                nameof(path)),
        };
    }

    /// <summary>Whether a path is a Hugging Face folder: one with a config.json and without GGUF files.</summary>
    public static bool IsHuggingFace(string path) =>
        Directory.Exists(path) && !HasGguf(path) && File.Exists(Path.Combine(path, "config.json"));

    /// <summary>Whether a folder holds a GGUF file.</summary>
    public static bool HasGguf(string folder) => Directory.EnumerateFiles(folder, Pattern).Any();
}
