using System.Text.Json;
using Cairn.Models.Configuration;

namespace Cairn.Models.Adapters;

/// <summary>
/// Which keys of <c>adapter_config.json</c> change what an adapter computes in a way that Cairn does not implement. Such
/// an adapter is refused by the name of the key: applied in part, it would answer wrongly without a word.
/// </summary>
internal static class PeftSupport
{
    /// <summary>Keys that are read elsewhere, or that matter to training only.</summary>
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "peft_type", "r", "lora_alpha", "use_rslora", "use_dora", "rank_pattern", "alpha_pattern", "target_modules",
        "exclude_modules", "layers_to_transform", "layers_pattern", "modules_to_save", "bias", "init_lora_weights",
        "base_model_name_or_path", "revision", "task_type", "peft_version", "auto_mapping", "inference_mode",
        "lora_dropout", "fan_in_fan_out", // the latter is how the base stores its matrix; A and B do not depend on it
        "loftq_config", "eva_config", "corda_config", "lora_ga_config", // settings of an initialisation, judged by its name
        "qalora_group_size", "megatron_core", "runtime_config", "ephemeral_gpu_offload",
    };

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["alora_invocation_tokens"] = "the adapter is active only after certain tokens (aLoRA)",
        ["arrow_config"] = "the adapter is a router over other adapters (Arrow)",
        ["ensure_weight_tying"] = "changed embeddings are to be shared with the output matrix",
        ["kasa_config"] = "the base weights are to be truncated first (KaSA)",
        ["layer_replication"] = "the base model's layers are to be repeated first",
        ["lora_bias"] = "B has a bias of its own",
        ["megatron_config"] = "the matrices are split over devices (Megatron)",
        ["monteclora_config"] = "the adapter is a mixture of sampled ones (MonteCLoRA)",
        ["target_parameters"] = "it adapts parameters that belong to no linear module, such as stacked experts",
        ["trainable_token_indices"] = "single rows of the embedding are replaced",
        ["use_bdlora"] = "A or B is block-diagonal (BD-LoRA)",
        ["use_qalora"] = "A works on groups of inputs (QA-LoRA)",
        ["velora_config"] = "inputs are compressed by groups (VeLoRA)",
    };

    /// <summary>Initialisations that also change the base weights, with what they are.</summary>
    private static readonly (string Prefix, string Reason)[] ChangedBases =
    [
        ("pissa", "takes the principal components out of the base weights"),
        ("olora", "takes an orthogonal part out of the base weights"),
        ("loftq", "replaces the base weights by quantised ones"),
        ("corda", "takes components out of the base weights"),
        ("lora_ga", "takes the first step out of the base weights"),
    ];

    private static readonly HashSet<string> PlainInitialisations =
        new(StringComparer.OrdinalIgnoreCase) { "gaussian", "eva", "orthogonal", "true", "false" };

    /// <summary>Refuses a configuration that asks for more than LoRA, rsLoRA and DoRA.</summary>
    /// <exception cref="ModelFormatException">A key asks for something that is not implemented, or is unknown and in use.</exception>
    public static void Require(ModelFolderFile config)
    {
        var type = config.GetString("peft_type");
        if (type != "LORA") throw Refused(config, $"'peft_type' '{type}' is not supported", "LORA", type);

        var bias = config.TryGet("bias", out _) ? config.GetString("bias") : "none";
        if (bias != "none") throw Refused(config, $"'bias' is '{bias}': the adapter brings biases of the base model, which are not applied", "none", bias);

        RequirePlainInitialisation(config);
        foreach (var member in config.Root.EnumerateObject())
        {
            if (Known.Contains(member.Name) || IsUnused(member.Value)) continue;

            var reason = Reasons.GetValueOrDefault(member.Name, "it is not known here and may change what the adapter computes");
            throw Refused(config, $"'{member.Name}' is in use and not supported: {reason}", null, Shorten(member.Value.GetRawText()));
        }
    }

    private static void RequirePlainInitialisation(ModelFolderFile config)
    {
        const string key = "init_lora_weights";
        if (!config.TryGet(key, out var value)) return;

        var name = value.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => "true",
            JsonValueKind.String => value.GetString()!,
            _ => throw config.Bad(key, "true, false or a name", Shorten(value.GetRawText())),
        };
        if (PlainInitialisations.Contains(name)) return;

        foreach (var (prefix, reason) in ChangedBases)
        {
            if (!name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) continue;
            throw Refused(
                config,
                $"'{key}' is '{name}', which {reason}: A and B belong to that changed base, not to the model's files; "
                + "save the adapter as plain LoRA (PEFT: save_pretrained with path_initial_model_for_weight_conversion)",
                null, name);
        }

        throw Refused(config, $"'{key}' is '{name}', which is not known here and may change the base weights", string.Join(", ", PlainInitialisations), name);
    }

    private static bool IsUnused(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };

    private static string Shorten(string json) => json.Length <= 60 ? json : json[..60] + "…";

    private static ModelFormatException Refused(ModelFolderFile config, string problem, string? expected, string got) =>
        new(ModelFormatError.Unsupported, config.Path, problem, expected, got);
}
