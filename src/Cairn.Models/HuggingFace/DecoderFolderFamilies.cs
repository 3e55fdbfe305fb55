using Cairn.Models.Configuration;

namespace Cairn.Models.HuggingFace;

/// <summary>The decoders that can be read from a Hugging Face folder, by <c>model_type</c>. A new one is a record here.</summary>
/// <remarks>Absent keys mean what the configuration classes of transformers 5.23 say.</remarks>
internal static class DecoderFolderFamilies
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<DecoderFolderFamily> All { get; } =
    [
        new() { ModelType = "llama", ModelClass = "LlamaForCausalLM", Family = DecoderFamilies.Llama, Window = WindowRule.Ignored },
        new() { ModelType = "mistral", ModelClass = "MistralForCausalLM", Family = DecoderFamilies.Llama, Window = WindowRule.AllLayers },
        new()
        {
            ModelType = "mixtral",
            ModelClass = "MixtralForCausalLM",
            Family = DecoderFamilies.Llama,
            Keys = new ConfigKeys { ExpertIntermediateSize = "intermediate_size" },
            DefaultNormEpsilon = 1e-5f,
            DefaultTheta = 1_000_000,
            Window = WindowRule.AllLayers,
            NormalizesExpertWeightsByDefault = true,
        },
        new() { ModelType = "qwen2", ModelClass = "Qwen2ForCausalLM", Family = DecoderFamilies.Qwen2, Window = WindowRule.UpperLayersIfUsed },
        new()
        {
            ModelType = "qwen3",
            ModelClass = "Qwen3ForCausalLM",
            Family = DecoderFamilies.Qwen3,
            DefaultHeadDim = 128,
            Window = WindowRule.UpperLayersIfUsed,
        },
        new()
        {
            ModelType = "qwen3_moe",
            ModelClass = "Qwen3MoeForCausalLM",
            Family = DecoderFamilies.Qwen3Moe,
            Window = WindowRule.AllLayersIfUsed,
            HasExpertNormKey = true,
        },
        new()
        {
            ModelType = "gemma2",
            ModelClass = "Gemma2ForCausalLM",
            Family = DecoderFamilies.Gemma2,
            Keys = new ConfigKeys { Activation = ["hidden_activation", "hidden_act"] },
            DefaultHeadDim = 256,
            HasTiedOutputByDefault = true,
            Window = WindowRule.Pattern,
            DefaultWindow = 4096,
            DefaultQueryScalar = 256,
            RequiredFlags = [("use_bidirectional_attention", false)],
        },
        new()
        {
            ModelType = "gemma3_text",
            ModelClass = "Gemma3ForCausalLM",
            Family = DecoderFamilies.Gemma3,
            Keys = new ConfigKeys { Activation = ["hidden_activation", "hidden_act"] },
            DefaultTheta = 1_000_000,
            DefaultHeadDim = 256,
            HasTiedOutputByDefault = true,
            Window = WindowRule.Pattern,
            DefaultWindow = 4096,
            DefaultQueryScalar = 256,
            RequiredFlags = [("use_bidirectional_attention", false)],
        },
        new()
        {
            ModelType = "phi3",
            ModelClass = "Phi3ForCausalLM",
            Family = DecoderFamilies.Phi3,
            DefaultNormEpsilon = 1e-5f,
            Window = WindowRule.AllLayers,
            AllowsPartialRotation = true,
        },
        new() { ModelType = "granite", ModelClass = "GraniteForCausalLM", Family = DecoderFamilies.Granite, HasMultipliers = true },
        new() { ModelType = "olmo2", ModelClass = "Olmo2ForCausalLM", Family = DecoderFamilies.Olmo2, DefaultNormEpsilon = 1e-5f },
        new()
        {
            ModelType = "gpt2",
            ModelClass = "GPT2LMHeadModel",
            Family = DecoderFamilies.Gpt2,
            Keys = new ConfigKeys
            {
                HiddenSize = "n_embd",
                IntermediateSize = "n_inner",
                LayerCount = "n_layer",
                HeadCount = "n_head",
                ContextLength = "n_positions",
                NormEpsilon = "layer_norm_epsilon",
                Activation = ["activation_function"],
            },
            DefaultNormEpsilon = 1e-5f,
            HasTiedOutputByDefault = true,
            RequiredFlags =
            [
                ("scale_attn_weights", true), ("scale_attn_by_inverse_layer_idx", false), ("add_cross_attention", false),
            ],
        },
        new()
        {
            ModelType = "starcoder2",
            ModelClass = "Starcoder2ForCausalLM",
            Family = DecoderFamilies.StarCoder2,
            Keys = new ConfigKeys { NormEpsilon = "norm_epsilon" },
            DefaultNormEpsilon = 1e-5f,
            HasTiedOutputByDefault = true,
            Window = WindowRule.AllLayers,
        },
    ];

    /// <summary>Finds a family by <c>model_type</c>.</summary>
    public static bool TryGet(string modelType, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DecoderFolderFamily? family)
    {
        family = All.FirstOrDefault(known => known.ModelType == modelType);
        return family is not null;
    }

    /// <summary>The family whose folder holds a configuration: of those that share a decoder family, the one that has its features.</summary>
    public static DecoderFolderFamily Of(DecoderConfiguration configuration) => All.First(known =>
        known.Family == configuration.Family
        && (known.Family != DecoderFamilies.Llama || known.ModelType == LlamaType(configuration)));

    private static string LlamaType(DecoderConfiguration configuration) =>
        configuration.ExpertCount > 0 ? "mixtral" : configuration.SlidingWindow > 0 ? "mistral" : "llama";
}
