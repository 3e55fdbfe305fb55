using Cairn.Models.HuggingFace;

namespace Cairn.Models.Configuration.Llama;

/// <summary>Reads config.json of the llama family.</summary>
internal static class LlamaFolder
{
    /// <summary>Reads and checks the configuration of a folder.</summary>
    public static DecoderConfiguration Read(ModelFolder folder)
    {
        var config = folder.ReadRequired("config.json");
        config.Require("model_type", "", "llama");
        config.Require("hidden_act", "silu", "silu");
        var hidden = config.GetSize("hidden_size");
        var heads = config.GetSize("num_attention_heads");
        var headDim = ReadHeadDim(config, hidden, heads);
        var rope = RopeSettings.Read(config, RopeParameters.DefaultTheta);
        return new DecoderConfiguration
        {
            Family = DecoderFamilies.Llama,
            HiddenSize = hidden,
            IntermediateSize = config.GetSize("intermediate_size"),
            LayerCount = config.GetSize("num_hidden_layers"),
            HeadCount = heads,
            KvHeadCount = ReadKvHeadCount(config, heads),
            HeadDim = headDim,
            ContextLength = config.GetSize("max_position_embeddings"),
            VocabularySize = config.GetSize("vocab_size"),
            NormEpsilon = config.GetPositive("rms_norm_eps", 1e-6f),
            Rope = new RopeParameters
            {
                Theta = rope.Theta,
                Dimension = headDim,
                Pairing = DecoderFamilies.Llama.RopePairing,
                Scaling = rope.Type switch
                {
                    "default" => RopeScaling.None,
                    "llama3" => new Llama3RopeScaling(), // its divisors become a tensor
                    "linear" => new LinearRopeScaling(rope.GetPositive("factor")),
                    _ => throw rope.Unsupported("default, linear or llama3"),
                },
            },
            AttentionScale = 1 / MathF.Sqrt(headDim),
            HasTiedOutput = config.GetBoolean("tie_word_embeddings", absent: false),
        };
    }

    private static int ReadHeadDim(ModelFolderFile config, int hidden, int heads)
    {
        if (hidden % heads != 0 && !config.TryGet("head_dim", out _))
        {
            throw config.Bad("num_attention_heads", $"a divisor of the hidden size {hidden}", $"{heads}");
        }

        var headDim = config.GetSize("head_dim", hidden / heads);
        return headDim % 2 == 0 && (long)headDim * heads <= int.MaxValue
            ? headDim
            : throw config.Bad("head_dim", "an even width that fits memory", $"{headDim}");
    }

    private static int ReadKvHeadCount(ModelFolderFile config, int heads)
    {
        var count = config.GetSize("num_key_value_heads", heads);
        return heads % count == 0 ? count : throw config.Bad("num_key_value_heads", $"a divisor of the {heads} heads", $"{count}");
    }
}
