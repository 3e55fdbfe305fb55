namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Finds the file that holds a tokenizer.</summary>
internal static class TokenizerLocator
{
    public const string JsonName = "tokenizer.json";

    /// <summary>SentencePiece files, under the names that published folders give them.</summary>
    private static readonly string[] ModelNames = ["tokenizer.model", "spiece.model"];

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

        var model = ModelNames.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists);
        if (model is not null) return model;

        return Directory.EnumerateFiles(path, "*.gguf").Order(StringComparer.Ordinal).FirstOrDefault()
            ?? throw new FileNotFoundException(
                $"Folder '{path}' has no tokenizer; expected '{JsonName}', '{ModelNames[0]}' or a .gguf file in it.", json);
    }
}
