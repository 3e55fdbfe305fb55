using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Configuration.Llama;
using Cairn.Models.Gguf;

namespace Cairn.Hub.Conversion;

/// <summary>Llama decoders with a byte-level BPE tokenizer.</summary>
/// <remarks>
/// Rows of the query and key projections change places: Hugging Face rotates dimensions i and i + d/2 together, GGUF's
/// llama files 2i and 2i+1.
/// </remarks>
internal sealed class LlamaConversion : ArchitectureConversion
{
    /// <inheritdoc/>
    public override string Name => "llama";

    /// <inheritdoc/>
    public override IModelPlan Plan(ModelFolder folder, ITensorSource tensors)
    {
        var configuration = DecoderConfiguration.FromFolder(folder.Path);
        ModelValidator.ValidateDecoder(tensors, configuration);
        return new LlamaPlan(configuration, ByteLevelVocabulary.Read(folder, configuration.VocabularySize), tensors.Path);
    }

    /// <summary>The row of a Hugging Face projection that becomes a row of the GGUF one.</summary>
    /// <param name="row">Row in GGUF's order: head · d + 2i + j.</param>
    /// <param name="headDim">Width of a head (d).</param>
    /// <returns>head · d + j · d/2 + i.</returns>
    internal static int SourceRow(int row, int headDim)
    {
        var (head, within) = Math.DivRem(row, headDim);
        var (pair, half) = Math.DivRem(within, 2);
        return (head * headDim) + (half * headDim / 2) + pair;
    }

    private sealed class LlamaPlan : IModelPlan
    {
        private readonly DecoderConfiguration _configuration;
        private readonly ByteLevelVocabulary _vocabulary;
        private readonly string _path;
        private readonly Dictionary<string, ConvertedTensor> _places = new(StringComparer.Ordinal);

        public LlamaPlan(DecoderConfiguration configuration, ByteLevelVocabulary vocabulary, string path)
        {
            (_configuration, _vocabulary, _path) = (configuration, vocabulary, path);
            var (from, to) = (configuration.TensorNames, LlamaTensorNames.Gguf);
            Place(from.TokenEmbedding, to.TokenEmbedding);
            Place(from.OutputNorm, to.OutputNorm);
            if (!configuration.HasTiedOutput) Place(from.Output, to.Output);
            for (var layer = 0; layer < configuration.LayerCount; layer++)
            {
                foreach (var (source, target) in new[]
                {
                    (from.AttentionNorm, to.AttentionNorm), (from.Query, to.Query), (from.Key, to.Key), (from.Value, to.Value),
                    (from.AttentionOutput, to.AttentionOutput), (from.FeedForwardNorm, to.FeedForwardNorm),
                    (from.Gate, to.Gate), (from.Up, to.Up), (from.Down, to.Down),
                })
                {
                    var isRotated = source == from.Query || source == from.Key;
                    Place(from.OfLayer(layer, source), to.OfLayer(layer, target), isRotated);
                    Place(
                        from.OfLayer(layer, DecoderTensorNames.BiasOf(source)), to.OfLayer(layer, DecoderTensorNames.BiasOf(target)), isRotated);
                }
            }
        }

        public ConvertedTensor? Map(TensorInfo tensor)
        {
            if (_places.TryGetValue(tensor.Name, out var place)) return place;
            if (tensor.Name == _configuration.TensorNames.Output) return null; // tied: the same numbers as the embedding

            throw new ModelFormatException(
                ModelFormatError.UnexpectedTensor, _path, $"tensor '{tensor.Name}' has no place in a llama model", tensor: tensor.Name);
        }

        public void WriteMetadata(GgufWriter writer, uint fileType)
        {
            var c = _configuration;
            writer.Add("llama.block_count", (uint)c.LayerCount);
            writer.Add("llama.context_length", (uint)c.ContextLength);
            writer.Add("llama.embedding_length", (uint)c.HiddenSize);
            writer.Add("llama.feed_forward_length", (uint)c.IntermediateSize);
            writer.Add("llama.attention.head_count", (uint)c.HeadCount);
            writer.Add("llama.attention.head_count_kv", (uint)c.KvHeadCount);
            if (c.RopeLinearFactor != 1)
            {
                writer.Add("llama.rope.scaling.type", "linear");
                writer.Add("llama.rope.scaling.factor", c.RopeLinearFactor);
            }

            writer.Add("llama.rope.freq_base", c.RopeTheta);
            writer.Add("llama.attention.layer_norm_rms_epsilon", c.RmsNormEpsilon);
            writer.Add("llama.attention.key_length", (uint)c.HeadDim);
            writer.Add("llama.attention.value_length", (uint)c.HeadDim);
            writer.Add("general.file_type", fileType);
            writer.Add("llama.vocab_size", (uint)c.VocabularySize);
            writer.Add("llama.rope.dimension_count", (uint)c.RopeDimension);
        }

        public void WriteTokenizer(GgufWriter writer) => _vocabulary.Write(writer);

        private void Place(string from, string to, bool isRotated = false) => _places[from] = new ConvertedTensor(
            to, KeepsPrecision: false, isRotated ? row => SourceRow(row, _configuration.HeadDim) : null);
    }
}
