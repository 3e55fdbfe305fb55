namespace Cairn.Models.Configuration;

/// <summary>A Hugging Face model folder: its JSON files, read with limits.</summary>
public sealed class ModelFolder
{
    /// <summary>Names a folder; nothing is read yet.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public ModelFolder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path)) throw new DirectoryNotFoundException($"There is no folder '{path}'.");
        Path = path;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Reads a JSON file of the folder.</summary>
    /// <param name="name">Path below the folder.</param>
    /// <param name="maximumBytes">Largest file that is believed.</param>
    /// <exception cref="ModelFormatException">The file is absent, too large or no JSON object.</exception>
    public ModelFolderFile ReadRequired(string name, long maximumBytes = ModelFolderFile.DefaultMaximumBytes) =>
        ReadOptional(name, maximumBytes) ?? throw new ModelFormatException(
            ModelFormatError.MissingFile, Path, $"the folder has no '{name}'; fetch the whole model");

    /// <summary>Reads a JSON file of the folder, or returns null when it is absent.</summary>
    /// <param name="name">Path below the folder.</param>
    /// <param name="maximumBytes">Largest file that is believed.</param>
    /// <exception cref="ModelFormatException">The file is too large or no JSON object.</exception>
    public ModelFolderFile? ReadOptional(string name, long maximumBytes = ModelFolderFile.DefaultMaximumBytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        return File.Exists(path) ? ModelFolderFile.Read(path, maximumBytes) : null;
    }
}
