namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Finds the file that holds a tokenizer.</summary>
internal static class TokenizerLocator
{
    public const string JsonName = "tokenizer.json";

    /// <summary>SentencePiece files, under the names that published folders give them.</summary>
    private static readonly string[] ModelNames = ["tokenizer.model", "spiece.model"];

    /// <summary>The SentencePiece model of a folder without <c>tokenizer.json</c>; null where there is none, or that file.</summary>
    public static string? FindSentencePiece(string folder) => File.Exists(Path.Combine(folder, JsonName))
        ? null
        : ModelNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>
    /// The path itself when it is a file; in a folder its <c>tokenizer.json</c>, or its SentencePiece model, or the first GGUF
    /// file by name.
    /// </summary>
    public static string Find(string path)
    {
        if (File.Exists(path)) return path;
        if (!Directory.Exists(path)) throw new FileNotFoundException($"There is no tokenizer at '{path}': no such file or folder.", path);

        var json = Path.Combine(path, JsonName);
        if (File.Exists(json)) return json;

        if (FindSentencePiece(path) is { } model) return model;

        return Directory.EnumerateFiles(path, "*.gguf").Order(StringComparer.Ordinal).FirstOrDefault()
            ?? throw new FileNotFoundException(
                $"Folder '{path}' has no tokenizer; expected '{JsonName}', '{ModelNames[0]}' or a .gguf file in it.", json);
    }
}
