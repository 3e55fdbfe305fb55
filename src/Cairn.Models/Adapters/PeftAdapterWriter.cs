using System.Text.Json;
using Cairn.Models.Configuration;
using Cairn.Models.HuggingFace;
using Cairn.Models.Safetensors;

namespace Cairn.Models.Adapters;

/// <summary>Writes a GGUF adapter as PEFT reads it: the configuration comes last, so half a folder is no adapter.</summary>
/// <param name="file">The adapter.</param>
/// <param name="decoder">The base model.</param>
/// <param name="baseModel">Its name for the configuration.</param>
internal sealed class PeftAdapterWriter(AdapterFile file, DecoderConfiguration decoder, string? baseModel)
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    private readonly AdapterPlaces _places = new(file, decoder);

    public AdapterConversionResult Write(string folder)
    {
        var modules = file.Modules.Select(module => (Module: module, Name: NameOf(module), Layout: _places.Names.LayoutOf(module.Name))).ToList();
        var writer = new SafetensorsWriter();
        writer.SetMetadata("format", "pt");
        foreach (var (module, name, layout) in modules) Add(writer, module, PeftAdapterReader.Prefix + name, layout);

        Directory.CreateDirectory(folder);
        var config = Path.Combine(folder, PeftAdapterReader.ConfigFile);
        File.Delete(config); // weights of one adapter beside the configuration of another would be worse than none
        writer.Write(Path.Combine(folder, PeftAdapterReader.WeightsFile));
        AtomicFile.Write(config, stream => WriteConfiguration(stream, [.. modules.Select(entry => (entry.Module, entry.Name))],
            modules.Exists(entry => entry.Layout == TensorLayout.Transposed)));
        return new AdapterConversionResult(modules.Count, 0, 0);
    }

    private string NameOf(AdapterModule module)
    {
        _places.Find(module);
        return _places.Names.TryInvert(module.Name, out var name) ? name : throw new NotSupportedException(
            $"Adapter '{file.Name}' cannot be written as PEFT: '{module.Name}' is no module of its own in a Hugging Face folder.");
    }

    private void Add(SafetensorsWriter writer, AdapterModule module, string name, TensorLayout layout)
    {
        var isTable = module.Kind != AdapterModuleKind.Linear;
        var a = AdapterTensors.ReadFinite(file.WeightsPath, module.A);
        if (isTable) a = AdapterLayout.Transpose(a, module.InputSize, module.Rank);
        var b = AdapterLayout.ToFolderRows(AdapterTensors.ReadFinite(file.WeightsPath, module.B), module.Rank, layout, decoder.HeadDim);
        var (typeOfA, bytesOfA) = AdapterTensors.Encode(a, module.A.Info.Type);
        var (typeOfB, bytesOfB) = AdapterTensors.Encode(b, module.B.Info.Type);
        var (endOfA, endOfB) = isTable ? (".lora_embedding_A", ".lora_embedding_B") : (".lora_A.weight", ".lora_B.weight");
        writer.AddTensor(name + endOfA, typeOfA, [module.Rank, module.InputSize], stream => stream.Write(bytesOfA));
        writer.AddTensor(name + endOfB, typeOfB, [module.OutputSize, module.Rank], stream => stream.Write(bytesOfB));
    }

    private void WriteConfiguration(Stream stream, IReadOnlyList<(AdapterModule Module, string Name)> modules, bool isTransposed)
    {
        var rank = modules.GroupBy(entry => entry.Module.Rank).MaxBy(group => group.Count())!.Key;
        var alpha = file.Alpha == 0 ? rank : file.Alpha; // no α in GGUF: the scale is 1
        using var json = new Utf8JsonWriter(stream, Indented);
        json.WriteStartObject();
        json.WriteString("peft_type", "LORA");
        json.WriteString("task_type", "CAUSAL_LM");
        json.WriteString("base_model_name_or_path", baseModel ?? file.BaseModel ?? "");
        json.WriteNumber("r", rank);
        json.WriteNumber("lora_alpha", alpha);
        WritePattern(json, "rank_pattern", modules.Where(entry => entry.Module.Rank != rank), module => module.Rank);
        WritePattern(json, "alpha_pattern", modules.Where(entry => file.Alpha == 0 && entry.Module.Rank != rank), module => module.Rank);
        json.WriteStartArray("target_modules");
        foreach (var target in Targets([.. modules.Select(entry => entry.Name)])) json.WriteStringValue(target);
        json.WriteEndArray();
        json.WriteString("bias", "none");
        json.WriteNumber("lora_dropout", 0.0);
        json.WriteBoolean("fan_in_fan_out", isTransposed);
        json.WriteBoolean("use_rslora", false);
        json.WriteBoolean("use_dora", false);
        json.WriteBoolean("init_lora_weights", true);
        json.WriteBoolean("inference_mode", true);
        json.WriteNull("modules_to_save");
        json.WriteEndObject();
    }

    private static void WritePattern(
        Utf8JsonWriter json, string key, IEnumerable<(AdapterModule Module, string Name)> modules, Func<AdapterModule, int> value)
    {
        json.WriteStartObject(key);
        foreach (var (module, name) in modules) json.WriteNumber(name.Replace(".", "\\.", StringComparison.Ordinal), value(module));
        json.WriteEndObject();
    }

    /// <summary>The last words of the modules' paths where those mean these modules and no others; else the whole paths.</summary>
    private IReadOnlyList<string> Targets(HashSet<string> modules)
    {
        var ends = modules.Select(EndOf).ToHashSet(StringComparer.Ordinal);
        var meant = DecoderTensors.Of(decoder)
            .Where(tensor => tensor.Shape.Count == 2 && tensor.Name.EndsWith(".weight", StringComparison.Ordinal))
            .Select(tensor => _places.Names.TryInvert(tensor.Name, out var name) ? name : "")
            .Where(name => ends.Contains(EndOf(name)));
        IEnumerable<string> targets = meant.All(modules.Contains) ? ends : modules;
        return [.. targets.Order(StringComparer.Ordinal)];
    }

    private static string EndOf(string module) => module[(module.LastIndexOf('.') + 1)..];
}
