using System.Text.Json;
using Cairn.Hub.Conversion;
using Cairn.Models;
using Cairn.Models.ChatTemplates;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Safetensors;
using Cairn.Tensors;

namespace Cairn.Hub.Inspection;

/// <summary>Reads what a model says about itself, without loading weights.</summary>
public static class ModelInspector
{
    private const int KvValueBytes = 2; // keys and values are kept in 16 bits
    private const int LongestValue = 4096; // characters of a metadata value that are shown
    private const int MostElements = 8;

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
        var (decoder, encoder, problem) = Configure(
            model.Kind, () => ModelValidator.ValidateDecoder(file), () => ModelValidator.ValidateEncoder(file));
        return new ModelInspection(
            model,
            file.Tensors.Sum(tensor => tensor.ElementCount),
            decoder?.ContextLength ?? encoder?.MaxTokens,
            MemoryPerToken(decoder),
            TokenizerInspector.Inspect(file),
            file.Metadata.Contains(ModelChatTemplate.GgufKey),
            Summarize(file.Tensors),
            [.. file.Metadata.Entries.Select(entry => new MetadataSummary(
                entry.Key, entry.TypeText, file.Metadata.Preview(entry, LongestValue, MostElements)))],
            file.Tensors,
            problem ?? model.Problem)
        {
            BuiltInChatTemplate = model.Kind == ModelKind.Decoder ? RecognizeTemplate(file.Metadata) : null,
            Features = Describe(decoder, encoder),
        };
    }

    private static ModelInspection InspectFolder(StoredModel model)
    {
        using var weights = SafetensorsFolder.Open(model.Path);
        var folder = new ModelFolder(model.Path);
        string? leftOut = null;
        var (decoder, encoder, problem) = Configure(model.Kind, () => ConfigureFolder(model.Path, out leftOut).Decoder!, () => ConfigureFolder(model.Path, out leftOut).Encoder!);
        var config = folder.ReadRequired("config.json");
        return new ModelInspection(
            model,
            weights.Tensors.Sum(tensor => tensor.ElementCount),
            decoder?.ContextLength ?? encoder?.MaxTokens,
            MemoryPerToken(decoder),
            TokenizerInspector.Inspect(folder),
            FindOwnTemplate(model.Path) is not null,
            Summarize(weights.Tensors),
            [.. config.Root.EnumerateObject().Select(member =>
                new MetadataSummary(member.Name, TypeOf(member.Value.ValueKind), Cut(JsonText(member.Value))))],
            weights.Tensors,
            problem ?? model.Problem)
        {
            Features = leftOut is null ? Describe(decoder, encoder) : [.. Describe(decoder, encoder), new FeatureSummary("left_out", leftOut)],
        };
    }

    private static (DecoderConfiguration? Decoder, EncoderConfiguration? Encoder) ConfigureFolder(string path, out string? leftOut)
    {
        using var model = HuggingFaceModel.Open(path);
        leftOut = ConversionReport.Describe(model.LeftOut);
        if (model.Decoder is not null) ModelValidator.ValidateDecoder(model, model.Decoder);
        else ModelValidator.ValidateEncoder(model, model.Encoder!);
        return (model.Decoder, model.Encoder);
    }

    private static (DecoderConfiguration? Decoder, EncoderConfiguration? Encoder, string? Problem) Configure(
        ModelKind kind, Func<DecoderConfiguration> decoder, Func<EncoderConfiguration> encoder)
    {
        try
        {
            return kind switch
            {
                ModelKind.Decoder => (decoder(), null, null),
                ModelKind.Encoder => (null, encoder(), null),
                _ => (null, null, null),
            };
        }
        catch (ModelFormatException exception)
        {
            return (null, null, exception.Message);
        }
    }

    private static IReadOnlyList<FeatureSummary> Describe(DecoderConfiguration? decoder, EncoderConfiguration? encoder) =>
        decoder is not null ? FeatureInspector.Describe(decoder) : encoder is not null ? FeatureInspector.Describe(encoder) : [];

    private static long? MemoryPerToken(DecoderConfiguration? decoder) =>
        decoder is null ? null : 2L * decoder.LayerCount * decoder.KeyValueSize * KvValueBytes;

    private static string? FindOwnTemplate(string folder)
    {
        try
        {
            return ModelChatTemplate.FromFolder(folder, tokenizer: null)?.Source;
        }
        catch (Exception exception) when (exception is ModelFormatException or ChatTemplateException)
        {
            return exception.Message; // there is one, though it cannot be used
        }
    }

    private static string TypeOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => kind.ToString().ToLowerInvariant(),
    };

    /// <summary>A text as it is, anything else on one line.</summary>
    private static string JsonText(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : JsonSerializer.Serialize(value, InspectionJson.Default.JsonElement);

    private static string Cut(string text) => text.Length <= LongestValue ? text : text[..LongestValue] + "…";

    private static string? RecognizeTemplate(GgufMetadata metadata)
    {
        if (metadata.Contains(ModelChatTemplate.GgufKey)) return null;
        if (!metadata.TryGetEntry("tokenizer.ggml.tokens", out var entry) || entry.ElementType != GgufValueType.String) return null;

        try
        {
            return BuiltInChatTemplates.Recognize(metadata.GetStrings(entry.Key).ToHashSet(StringComparer.Ordinal).Contains)?.Name;
        }
        catch (ModelFormatException)
        {
            return null; // a token is no text: the tokenizer's problem says so
        }
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
