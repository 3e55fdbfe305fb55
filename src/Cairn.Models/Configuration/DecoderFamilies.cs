namespace Cairn.Models.Configuration;

/// <summary>The decoder families that Cairn runs. A new family is a record here and a line in <see cref="All"/>.</summary>
public static class DecoderFamilies
{
    /// <summary>Llama 2 and 3, Mistral, Mixtral and what else has their shape. Rows of queries and keys are permuted in the file.</summary>
    /// <remarks>
    /// Touvron et al. 2023, arXiv:2307.09288; Jiang et al. 2024, arXiv:2401.04088. llama.cpp's files of Mistral do not
    /// name its sliding window; one that does gets it in all layers.
    /// </remarks>
    public static DecoderFamily Llama { get; } = new()
    {
        Name = "llama",
        RopePairing = RopePairing.Adjacent,
        AllowsExperts = true,
    };

    /// <summary>Qwen 2 and 2.5: biases on queries, keys and values.</summary>
    /// <remarks>Yang et al. 2024, arXiv:2407.10671.</remarks>
    public static DecoderFamily Qwen2 { get; } = new()
    {
        Name = "qwen2",
        Biases = BiasRule.QueryKeyValue,
    };

    /// <summary>Qwen 3: norms on queries and keys.</summary>
    /// <remarks>Yang et al. 2025, arXiv:2505.09388.</remarks>
    public static DecoderFamily Qwen3 { get; } = new()
    {
        Name = "qwen3",
        QueryKeyNorm = QueryKeyNorm.PerHead,
    };

    /// <summary>Qwen 3 with experts.</summary>
    public static DecoderFamily Qwen3Moe { get; } = Qwen3 with
    {
        Name = "qwen3moe",
        AllowsExperts = true,
    };

    /// <summary>Gemma 2: norms around both blocks, soft caps, a window in every other layer.</summary>
    /// <remarks>Gemma Team 2024, arXiv:2408.00118. The file's gains are 1 + w.</remarks>
    public static DecoderFamily Gemma2 { get; } = new()
    {
        Name = "gemma2",
        HasPostNorms = true,
        FeedForward = FeedForwardKind.GatedGeluTanh,
        HasRootScaledEmbedding = true,
        LayersWithHiddenAttentionScale = 46,
        HasSlidingWindow = true,
        DefaultSlidingWindow = 4096,
        GlobalLayerPeriod = 2,
        DefaultAttentionSoftCap = 50,
        DefaultLogitSoftCap = 30,
    };

    /// <summary>Gemma 3: norms on queries and keys, five layers with a window and a θ of their own to one without.</summary>
    /// <remarks>Gemma Team 2025, arXiv:2503.19786. The file's gains are 1 + w.</remarks>
    public static DecoderFamily Gemma3 { get; } = new()
    {
        Name = "gemma3",
        HasPostNorms = true,
        QueryKeyNorm = QueryKeyNorm.PerHead,
        FeedForward = FeedForwardKind.GatedGeluTanh,
        HasRootScaledEmbedding = true,
        LayersWithHiddenAttentionScale = 62,
        HasSlidingWindow = true,
        GlobalLayerPeriod = 6,
        SlidingTheta = 10_000,
    };

    /// <summary>Phi-3: fused matrices, a window in all layers.</summary>
    /// <remarks>Abdin et al. 2024, arXiv:2404.14219.</remarks>
    public static DecoderFamily Phi3 { get; } = new()
    {
        Name = "phi3",
        HasFusedQueryKeyValue = true,
        HasFusedGateUp = true,
        HasSlidingWindow = true,
    };

    /// <summary>Granite: factors on embeddings, attention, residual additions and logits.</summary>
    public static DecoderFamily Granite { get; } = new()
    {
        Name = "granite",
        HasLogitDivisor = true,
        AllowsSlidingWindow = false,
        RopePairing = RopePairing.Adjacent,
    };

    /// <summary>OLMo 2: norms after the blocks only, and over whole rows of queries and keys.</summary>
    /// <remarks>OLMo Team 2024, arXiv:2501.00656.</remarks>
    public static DecoderFamily Olmo2 { get; } = new()
    {
        Name = "olmo2",
        HasPreNorms = false,
        HasPostNorms = true,
        QueryKeyNorm = QueryKeyNorm.WholeRow,
        AllowsSlidingWindow = false,
    };

    /// <summary>GPT-2: layer norms, learned positions, biases everywhere.</summary>
    /// <remarks>Radford et al. 2019.</remarks>
    public static DecoderFamily Gpt2 { get; } = new()
    {
        Name = "gpt2",
        Norm = NormKind.Layer,
        FeedForward = FeedForwardKind.GeluTanh,
        Biases = BiasRule.All,
        HasFusedQueryKeyValue = true,
        HasLearnedPositions = true,
        AllowsSlidingWindow = false,
    };

    /// <summary>StarCoder 2: GPT-2's layer norms and GELU with rotary positions.</summary>
    /// <remarks>Lozhkov et al. 2024, arXiv:2402.19173. llama.cpp's files do not name the sliding window.</remarks>
    public static DecoderFamily StarCoder2 { get; } = new()
    {
        Name = "starcoder2",
        Norm = NormKind.Layer,
        FeedForward = FeedForwardKind.GeluTanh,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DecoderFamily> All { get; } =
        [Llama, Qwen2, Qwen3, Qwen3Moe, Gemma2, Gemma3, Phi3, Granite, Olmo2, Gpt2, StarCoder2];
}
