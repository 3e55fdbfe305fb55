using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Tokenizers.Writing;
using Cairn.Tensors;

namespace Cairn.Hub.Conversion;

/// <summary>Turns a GGUF file into a Hugging Face folder: the other direction of <see cref="GgufConverter"/>.</summary>
/// <remarks>
/// Writes config.json, model.safetensors (block formats dequantised), tokenizer.json, tokenizer_config.json and
/// generation_config.json, for encoders sentence-transformers' files too. What such a folder cannot say is refused by name. The same file and type give the same bytes.
/// </remarks>
public static class FolderConverter
{
    /// <summary>Element types that the weights can get.</summary>
    public static IReadOnlyCollection<GgmlType> TargetTypes => HuggingFaceWriter.TargetTypes;

    /// <summary>Converts a file.</summary>
    /// <param name="path">A GGUF file.</param>
    /// <param name="folder">The folder to write; must be absent or empty.</param>
    /// <param name="type">Type of the weights, one of <see cref="TargetTypes"/>.</param>
    /// <param name="progress">Told after each tensor.</param>
    /// <param name="cancellationToken">Stops between pieces of a tensor; nothing is left behind.</param>
    /// <exception cref="ModelFormatException">The file is broken, or holds what such a folder cannot say.</exception>
    /// <exception cref="IOException">The folder is not empty.</exception>
    public static void Convert(
        string path,
        string folder,
        GgmlType type = GgmlType.F16,
        IProgress<WriteProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new IOException($"'{folder}' is there already and not empty; name a new folder.");

        using var file = GgufFile.Open(path);
        var encoder = EncoderFamilies.HasArchitecture(file.Metadata.GetString(Architectures.ArchitectureKey)) ? ModelValidator.ValidateEncoder(file) : null;
        var decoder = encoder is null ? ModelValidator.ValidateDecoder(file) : null;
        var unfinished = Directory.CreateDirectory($"{folder}.{Guid.NewGuid():N}.tmp").FullName;
        try
        {
            TokenizerFolderWriter.Write(file, unfinished);
            if (encoder is not null) HuggingFaceWriter.Write(file, encoder, unfinished, type, progress, cancellationToken);
            else HuggingFaceWriter.Write(file, decoder!, unfinished, type, progress, cancellationToken);
            if (Directory.Exists(folder)) Directory.Delete(folder);
            Directory.Move(unfinished, folder);
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }
    }
}
