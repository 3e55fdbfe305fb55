using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Tokenizers.Writing;

namespace Cairn.Hub.Conversion;

/// <summary>Decoders of all families, with a byte-level or SentencePiece BPE tokenizer.</summary>
internal sealed class DecoderConversion : IModelPlan
{
    private readonly DecoderConfiguration _configuration;
    private readonly Action<GgufWriter> _writeVocabulary;

    /// <summary>Checks the folder's tensors and reads its tokenizer; nothing is written yet.</summary>
    /// <exception cref="ModelFormatException">Something is missing or not supported.</exception>
    public DecoderConversion(HuggingFaceModel model, DecoderConfiguration configuration)
    {
        ModelValidator.ValidateDecoder(model, configuration);
        _configuration = configuration;
        var (folder, size) = (model.Folder, configuration.VocabularySize);
        _writeVocabulary = SentencePieceFile.Find(folder.Path, size) is { } file ? writer => Write(file, folder, writer)
            : SentencePieceVocabulary.IsKind(folder)
            ? SentencePieceVocabulary.Read(folder, size).Write
            : ByteLevelVocabulary.Read(folder, size).Write;
    }

    /// <inheritdoc/>
    public string Architecture => _configuration.Architecture;

    /// <inheritdoc/>
    public void WriteMetadata(GgufWriter writer, uint fileType)
    {
        DecoderMetadata.Write(writer, _configuration);
        writer.Add("general.file_type", fileType);
    }

    private static void Write(SentencePieceFile file, ModelFolder folder, GgufWriter writer)
    {
        file.Write(writer);
        new DecoderTokens(folder).Write(writer, file.SpecialTokens);
    }

    /// <inheritdoc/>
    public void WriteTokenizer(GgufWriter writer) => _writeVocabulary(writer);
}
