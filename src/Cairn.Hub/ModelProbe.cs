using Cairn.Models;
using Cairn.Models.Adapters;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;

namespace Cairn.Hub;

/// <summary>Says what a file or folder is, by its header alone.</summary>
internal static class ModelProbe
{
    /// <summary>The models of one folder: its GGUF files, or the folder itself when it is a Hugging Face model.</summary>
    public static IReadOnlyList<string> FindModels(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*.gguf").Order(StringComparer.Ordinal).ToList();
        if (files.Count > 0) return files;
        return File.Exists(Path.Combine(folder, "config.json")) ? [folder] : [];
    }

    /// <summary>Describes a GGUF file or a Hugging Face folder; a broken one gives a description with a problem.</summary>
    public static StoredModel Probe(string path)
    {
        path = Path.GetFullPath(path);
        return Directory.Exists(path) ? ProbeFolder(path) : ProbeFile(path);
    }

    private static StoredModel ProbeFile(string path)
    {
        var model = new StoredModel(
            Path.GetFileNameWithoutExtension(path), path, ModelKind.Unknown, new FileInfo(path).Length, ModelFormat.Gguf, null, null);
        try
        {
            using var file = GgufFile.Open(path);
            var architecture = file.Metadata.GetString(Architectures.ArchitectureKey);
            return AdapterFile.IsAdapter(file)
                ? model with { Architecture = architecture, Problem = "this is a LoRA adapter: run its base model and give it with --adapter" }
                : Classify(model, architecture);
        }
        catch (Exception exception) when (exception is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            return model with { Problem = exception.Message };
        }
    }

    private static StoredModel ProbeFolder(string path)
    {
        var size = Directory.EnumerateFiles(path, "*.safetensors").Sum(file => new FileInfo(file).Length);
        var model = new StoredModel(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), path, ModelKind.Unknown, size, ModelFormat.HuggingFace, null, null);
        try
        {
            return Classify(model, new ModelFolder(path).ReadRequired("config.json").GetString("model_type"));
        }
        catch (Exception exception) when (exception is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            return model with { Problem = exception.Message };
        }
    }

    private static StoredModel Classify(StoredModel model, string architecture)
    {
        var isDecoder = model.Format == ModelFormat.Gguf
            ? Architectures.Decoders.Any(family => family.Name == architecture)
            : HuggingFaceModel.DecoderTypes.Contains(architecture);
        var isEncoder = model.Format == ModelFormat.Gguf
            ? EncoderFamilies.HasArchitecture(architecture)
            : EncoderFamilies.FindByModelType(architecture) is not null;
        var kind = isDecoder ? ModelKind.Decoder : isEncoder ? ModelKind.Encoder : ModelKind.Unknown;
        var problem = kind == ModelKind.Unknown ? $"architecture '{architecture}' is not supported" : null;
        return model with { Kind = kind, Architecture = architecture, Problem = problem };
    }
}
