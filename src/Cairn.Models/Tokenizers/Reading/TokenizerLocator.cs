namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Finds the file that holds a tokenizer.</summary>
internal static class TokenizerLocator
{
    public const string JsonName = "tokenizer.json";

    /// <summary>The path itself when it is a file; in a folder its <c>tokenizer.json</c>, or the first GGUF file by name.</summary>
    public static string Find(string path)
    {
        if (File.Exists(path)) return path;
        if (!Directory.Exists(path)) throw new FileNotFoundException($"There is no tokenizer at '{path}': no such file or folder.", path);

        var json = Path.Combine(path, JsonName);
        if (File.Exists(json)) return json;

        return Directory.EnumerateFiles(path, "*.gguf").Order(StringComparer.Ordinal).FirstOrDefault()
            ?? throw new FileNotFoundException(
                $"Folder '{path}' has no tokenizer; expected '{JsonName}' or a .gguf file in it.", json);
    }
}
