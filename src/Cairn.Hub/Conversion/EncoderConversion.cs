using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;

namespace Cairn.Hub.Conversion;

/// <summary>Encoders of all families, with the tokenizer that the folder has.</summary>
/// <remarks>
/// The pooler of a sentence encoder is left out, as the runtime pools by itself. That of a classifier is its head's first
/// matrix and is kept (<c>cls.weight</c>): without it, as llama.cpp's converter writes the file, every score is wrong.
/// </remarks>
internal sealed class EncoderConversion : IModelPlan
{
    private readonly EncoderConfiguration _configuration;
    private readonly Action<GgufWriter> _writeTokenizer;

    /// <summary>Checks the folder's tensors and reads its tokenizer; nothing is written yet.</summary>
    /// <exception cref="ModelFormatException">Something is missing or not supported.</exception>
    public EncoderConversion(HuggingFaceModel model, EncoderConfiguration configuration)
    {
        ModelValidator.ValidateEncoder(model, configuration);
        RefuseUnknown(model, configuration);
        _configuration = configuration;
        _writeTokenizer = ReadTokenizer(model.Folder, configuration);
    }

    /// <inheritdoc/>
    public string Architecture => _configuration.Architecture;

    /// <inheritdoc/>
    public bool Keeps(TensorInfo tensor) =>
        _configuration.Labels.Count > 0 || !tensor.Name.StartsWith(_configuration.TensorNames.HeadDense + ".", StringComparison.Ordinal);

    /// <inheritdoc/>
    public void WriteMetadata(GgufWriter writer, uint fileType) => EncoderMetadata.Write(writer, _configuration, fileType);

    /// <inheritdoc/>
    public void WriteTokenizer(GgufWriter writer) => _writeTokenizer(writer);

    private static Action<GgufWriter> ReadTokenizer(ModelFolder folder, EncoderConfiguration configuration)
    {
        var size = configuration.VocabularySize;
        var types = Math.Max(1, configuration.TokenTypeCount);
        var doublesSeparator = configuration.Family == EncoderFamilies.XlmRoberta;
        switch (TokenizerJson.ReadType(folder))
        {
            case "BPE":
                var byteLevel = ByteLevelVocabulary.Read(folder, size);
                return writer => byteLevel.WriteForEncoder(writer, types, doublesSeparator);
            case "Unigram":
                var unigram = UnigramVocabulary.Read(folder, size);
                return writer => unigram.Write(writer, types, doublesSeparator);
            default:
                var wordPiece = WordPieceVocabulary.Read(folder, size);
                return writer => wordPiece.Write(writer, types);
        }
    }

    /// <summary>What the engine would not read must not be left out in silence.</summary>
    private static void RefuseUnknown(HuggingFaceModel model, EncoderConfiguration configuration)
    {
        var known = EncoderTensors.Of(configuration).Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var unknown = model.Tensors.FirstOrDefault(tensor => !known.Contains(tensor.Name));
        if (unknown is null) return;

        throw new ModelFormatException(
            ModelFormatError.UnexpectedTensor, model.Path,
            $"tensor '{unknown.Name}' has no place in an encoder of the family '{configuration.Family.Name}'", tensor: unknown.Name);
    }
}
