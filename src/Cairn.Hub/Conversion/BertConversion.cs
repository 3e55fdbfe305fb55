using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Configuration.Bert;
using Cairn.Models.Gguf;

namespace Cairn.Hub.Conversion;

/// <summary>BERT sentence encoders with a WordPiece tokenizer.</summary>
/// <remarks>
/// The pooler and position_ids are left out, as the runtime pools by itself. Position and token-type embeddings stay F32.
/// </remarks>
internal sealed class BertConversion : ArchitectureConversion
{
    /// <inheritdoc/>
    public override string Name => "bert";

    /// <inheritdoc/>
    public override IModelPlan Plan(ModelFolder folder, ITensorSource tensors)
    {
        var configuration = EncoderConfiguration.FromFolder(folder.Path);
        ModelValidator.ValidateEncoder(tensors, configuration);
        return new BertPlan(configuration, WordPieceVocabulary.Read(folder, configuration.VocabularySize), tensors.Path);
    }

    private sealed class BertPlan : IModelPlan
    {
        private readonly EncoderConfiguration _configuration;
        private readonly WordPieceVocabulary _vocabulary;
        private readonly string _path;
        private readonly Dictionary<string, ConvertedTensor> _places = new(StringComparer.Ordinal);

        public BertPlan(EncoderConfiguration configuration, WordPieceVocabulary vocabulary, string path)
        {
            (_configuration, _vocabulary, _path) = (configuration, vocabulary, path);
            var (from, to) = (configuration.TensorNames, BertTensorNames.Gguf);
            Place(from.TokenEmbedding, to.TokenEmbedding);
            Place(from.PositionEmbedding, to.PositionEmbedding, keepsPrecision: true);
            Place(from.TokenTypeEmbedding, to.TokenTypeEmbedding, keepsPrecision: true);
            Place(from.EmbeddingNorm, to.EmbeddingNorm);
            for (var layer = 0; layer < configuration.LayerCount; layer++)
            {
                foreach (var (source, target) in new[]
                {
                    (from.Query, to.Query), (from.Key, to.Key), (from.Value, to.Value),
                    (from.AttentionOutput, to.AttentionOutput), (from.AttentionNorm, to.AttentionNorm),
                    (from.Up, to.Up), (from.Down, to.Down), (from.OutputNorm, to.OutputNorm),
                })
                {
                    Place($"{from.LayerPrefix}{layer}.{source}", $"{to.LayerPrefix}{layer}.{target}");
                }
            }
        }

        public ConvertedTensor? Map(TensorInfo tensor)
        {
            if (_places.TryGetValue(tensor.Name, out var place)) return place;

            var isUnused = tensor.Name.EndsWith("embeddings.position_ids", StringComparison.Ordinal)
                || tensor.Name.Contains("pooler.dense.", StringComparison.Ordinal);
            return isUnused ? null : throw new ModelFormatException(
                ModelFormatError.UnexpectedTensor, _path, $"tensor '{tensor.Name}' has no place in a sentence encoder", tensor: tensor.Name);
        }

        public void WriteMetadata(GgufWriter writer, uint fileType)
        {
            var c = _configuration;
            writer.Add("bert.block_count", (uint)c.LayerCount);
            writer.Add("bert.context_length", (uint)c.ContextLength);
            writer.Add("bert.embedding_length", (uint)c.HiddenSize);
            writer.Add("bert.feed_forward_length", (uint)c.IntermediateSize);
            writer.Add("bert.attention.head_count", (uint)c.HeadCount);
            writer.Add("bert.attention.layer_norm_epsilon", c.LayerNormEpsilon);
            writer.Add("general.file_type", fileType);
            writer.Add("bert.attention.causal", false);
            writer.Add("bert.pooling_type", (uint)c.Pooling);
            writer.Add(BertArchitecture.MaxTokensKey, (uint)c.MaxTokens);
            writer.Add(BertArchitecture.NormalizeKey, c.IsNormalized);
        }

        public void WriteTokenizer(GgufWriter writer) => _vocabulary.Write(writer, _configuration.TokenTypeCount);

        private void Place(string from, string to, bool keepsPrecision = false)
        {
            foreach (var suffix in new[] { ".weight", ".bias" }) _places[from + suffix] = new ConvertedTensor(to + suffix, keepsPrecision);
        }
    }
}
