using Cairn.Models;
using Cairn.Models.ChatTemplates;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.Safetensors;
using Cairn.Tensors;

namespace Cairn.Hub.Inspection;

/// <summary>Reads what a model says about itself, without loading weights.</summary>
public static class ModelInspector
{
    private const int KvValueBytes = 2; // keys and values are kept in 16 bits

    /// <summary>Inspects a model of the store. A model that cannot be run is described as far as its header goes.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="ModelFormatException">The file or folder is broken.</exception>
    public static ModelInspection Inspect(StoredModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Format == ModelFormat.Gguf ? InspectFile(model) : InspectFolder(model);
    }

    private static ModelInspection InspectFile(StoredModel model)
    {
        using var file = GgufFile.Open(model.Path);
        var (context, memory, problem) = Validate(file, model.Kind);
        return new ModelInspection(
            model,
            file.Tensors.Sum(tensor => tensor.ElementCount),
            context,
            memory,
            ReadTokenizer(file.Metadata),
            file.Metadata.Contains(ModelChatTemplate.GgufKey),
            Summarize(file.Tensors),
            [.. file.Metadata.Entries.Select(entry => new MetadataSummary(entry.Key, entry.TypeText, file.Metadata.Describe(entry)))],
            file.Tensors,
            problem ?? model.Problem)
        {
            BuiltInChatTemplate = model.Kind == ModelKind.Decoder ? RecognizeTemplate(file.Metadata) : null,
        };
    }

    private static ModelInspection InspectFolder(StoredModel model)
    {
        using var tensors = SafetensorsFolder.Open(model.Path);
        var configuration = model.Kind == ModelKind.Encoder ? EncoderConfiguration.FromFolder(model.Path) : null;
        var config = new ModelFolder(model.Path).ReadRequired("config.json");
        return new ModelInspection(
            model,
            tensors.Tensors.Sum(tensor => tensor.ElementCount),
            configuration?.MaxTokens,
            null,
            null,
            File.Exists(Path.Combine(model.Path, "chat_template.jinja")),
            Summarize(tensors.Tensors),
            [.. config.Root.EnumerateObject().Select(member =>
                new MetadataSummary(member.Name, member.Value.ValueKind.ToString(), member.Value.GetRawText()))],
            tensors.Tensors,
            model.Problem);
    }

    private static (int? Context, long? Memory, string? Problem) Validate(GgufFile file, ModelKind kind)
    {
        try
        {
            switch (kind)
            {
                case ModelKind.Decoder:
                    var decoder = ModelValidator.ValidateDecoder(file);
                    return (decoder.ContextLength, 2L * decoder.LayerCount * decoder.KeyValueSize * KvValueBytes, null);
                case ModelKind.Encoder:
                    return (ModelValidator.ValidateEncoder(file).MaxTokens, null, null);
                default:
                    return (null, null, null);
            }
        }
        catch (ModelFormatException exception)
        {
            return (null, null, exception.Message);
        }
    }

    private static TokenizerSummary? ReadTokenizer(GgufMetadata metadata)
    {
        if (!metadata.TryGetString("tokenizer.ggml.model", out var kind)) return null;

        metadata.TryGetString("tokenizer.ggml.pre", out var pre);
        var count = metadata.TryGetEntry("tokenizer.ggml.tokens", out var tokens) ? (int)tokens.Count : 0;
        return new TokenizerSummary(kind, pre, count);
    }

    private static string? RecognizeTemplate(GgufMetadata metadata)
    {
        if (metadata.Contains(ModelChatTemplate.GgufKey)) return null;
        if (!metadata.TryGetStrings("tokenizer.ggml.tokens", out var tokens)) return null;

        return BuiltInChatTemplates.Recognize(tokens.ToHashSet(StringComparer.Ordinal).Contains)?.Name;
    }

    private static List<TypeSummary> Summarize(IReadOnlyList<TensorInfo> tensors) =>
    [
        .. tensors
            .GroupBy(tensor => tensor.TypeName, StringComparer.Ordinal)
            .Select(group => new TypeSummary(
                group.Key,
                group.Count(),
                group.Sum(tensor => tensor.ElementCount),
                group.Sum(tensor => tensor.SizeInBytes),
                BlockFormat.TryGet(group.First().Type, out _)))
            .OrderByDescending(summary => summary.SizeInBytes),
    ];
}
