using Cairn.Models.Configuration;
using Cairn.Models.Configuration.Bert;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;

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
    public override IModelPlan Plan(HuggingFaceModel model)
    {
        var configuration = model.Encoder!;
        ModelValidator.ValidateEncoder(model, configuration);
        return new BertPlan(configuration, WordPieceVocabulary.Read(model.Folder, configuration.VocabularySize));
    }

    private sealed class BertPlan(EncoderConfiguration configuration, WordPieceVocabulary vocabulary) : IModelPlan
    {
        public string Architecture => configuration.Architecture;

        public void WriteMetadata(GgufWriter writer, uint fileType)
        {
            var c = configuration;
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

        public void WriteTokenizer(GgufWriter writer) => vocabulary.Write(writer, configuration.TokenTypeCount);
    }
}
