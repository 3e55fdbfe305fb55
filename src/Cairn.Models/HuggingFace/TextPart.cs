using System.Text.Json;
using System.Text.Json.Nodes;
using Cairn.Models.Configuration;

namespace Cairn.Models.HuggingFace;

/// <summary>The language model inside a folder of a model that reads images too: Gemma 3 from 4 billion weights on.</summary>
/// <remarks>
/// Its config.json has the language model's settings in <c>text_config</c>, in published files only those that differ from
/// the defaults of transformers' <c>Gemma3TextConfig</c>. Its tensors lie under <c>language_model.model.</c>, or since
/// transformers 5 under <c>model.language_model.</c>.
/// </remarks>
internal static class TextPart
{
    /// <summary>The <c>model_type</c> of such a folder.</summary>
    public const string OuterType = "gemma3";

    /// <summary>The <c>model_type</c> of the part.</summary>
    public const string InnerType = "gemma3_text";

    private const string Section = "text_config";
    private const string TypeKey = "model_type";

    /// <summary>What a file that leaves sizes out means.</summary>
    private static readonly (string Key, int Value)[] Defaults =
    [
        ("vocab_size", 262_208), ("hidden_size", 2304), ("intermediate_size", 9216), ("num_hidden_layers", 26),
        ("num_attention_heads", 8), ("num_key_value_heads", 4), ("max_position_embeddings", 131_072),
    ];

    /// <summary>Settings of the whole that concern the part as well.</summary>
    private static readonly string[] SharedKeys = ["quantization_config", "tie_word_embeddings"];

    /// <summary>Names before those of the part's tensors, and what stands for them in a folder of the part alone.</summary>
    private static readonly (string Whole, string Part)[] Prefixes =
    [
        ("language_model.model.", "model."), ("model.language_model.", "model."), ("language_model.lm_head.", "lm_head."),
    ];

    private static readonly string[] OtherParts =
        ["vision_tower.", "multi_modal_projector.", "model.vision_tower.", "model.multi_modal_projector."];

    /// <summary>Reads a folder's config.json as that of its language model; one without parts is returned as it is.</summary>
    /// <exception cref="ModelFormatException">The file is missing or broken, or the part is none that Cairn runs.</exception>
    public static ModelFolderFile ReadConfig(ModelFolder folder)
    {
        var config = folder.ReadRequired("config.json");
        if (config.GetString(TypeKey) != OuterType) return config;
        if (!config.TryGet(Section, out var section) || section.ValueKind != JsonValueKind.Object)
        {
            throw new ModelFormatException(
                ModelFormatError.MissingKey, config.Path, $"'{Section}' is missing or no object; a model of type '{OuterType}' describes its language model there");
        }

        var merged = new JsonObject();
        foreach (var (key, value) in Defaults) merged[key] = value;
        merged[TypeKey] = InnerType;
        foreach (var key in SharedKeys)
        {
            if (config.TryGet(key, out var value)) merged[key] = JsonNode.Parse(value.GetRawText());
        }

        foreach (var member in section.EnumerateObject()) merged[member.Name] = JsonNode.Parse(member.Value.GetRawText());
        var part = config.With(JsonElement.Parse(merged.ToJsonString()));
        part.Require(TypeKey, InnerType, InnerType);
        return part;
    }

    /// <summary>The name that a tensor of the whole has in a folder of the part alone; null where it belongs to another part.</summary>
    public static string? Rename(string name)
    {
        if (OtherParts.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))) return null;

        foreach (var (whole, part) in Prefixes)
        {
            if (name.StartsWith(whole, StringComparison.Ordinal)) return part + name[whole.Length..];
        }

        return name;
    }
}
