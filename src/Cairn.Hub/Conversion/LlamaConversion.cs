using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;

namespace Cairn.Hub.Conversion;

/// <summary>Llama decoders with a byte-level BPE tokenizer.</summary>
internal sealed class LlamaConversion : ArchitectureConversion
{
    /// <inheritdoc/>
    public override string Name => "llama";

    /// <inheritdoc/>
    public override IModelPlan Plan(HuggingFaceModel model)
    {
        var configuration = model.Decoder!;
        ModelValidator.ValidateDecoder(model, configuration);
        return new LlamaPlan(configuration, ByteLevelVocabulary.Read(model.Folder, configuration.VocabularySize));
    }

    private sealed class LlamaPlan(DecoderConfiguration configuration, ByteLevelVocabulary vocabulary) : IModelPlan
    {
        public bool KeepsPrecision(TensorInfo tensor) => false;

        public void WriteMetadata(GgufWriter writer, uint fileType)
        {
            var c = configuration;
            writer.Add("llama.block_count", (uint)c.LayerCount);
            writer.Add("llama.context_length", (uint)c.ContextLength);
            writer.Add("llama.embedding_length", (uint)c.HiddenSize);
            writer.Add("llama.feed_forward_length", (uint)c.IntermediateSize);
            writer.Add("llama.attention.head_count", (uint)c.HeadCount);
            writer.Add("llama.attention.head_count_kv", (uint)c.KvHeadCount);
            if (c.Rope!.Scaling is LinearRopeScaling linear)
            {
                writer.Add("llama.rope.scaling.type", "linear");
                writer.Add("llama.rope.scaling.factor", linear.Factor);
            }

            writer.Add("llama.rope.freq_base", c.Rope.Theta);
            writer.Add("llama.attention.layer_norm_rms_epsilon", c.NormEpsilon);
            writer.Add("llama.attention.key_length", (uint)c.HeadDim);
            writer.Add("llama.attention.value_length", (uint)c.HeadDim);
            writer.Add("general.file_type", fileType);
            writer.Add("llama.vocab_size", (uint)c.VocabularySize);
            writer.Add("llama.rope.dimension_count", (uint)c.Rope.Dimension);
        }

        public void WriteTokenizer(GgufWriter writer) => vocabulary.Write(writer);
    }
}
