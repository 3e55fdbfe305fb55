using Cairn.Models.Gguf;

namespace Cairn.Models.Configuration;

/// <summary>The encoder families that Cairn runs. A new family is a record here and a line in <see cref="All"/>.</summary>
public static class EncoderFamilies
{
    private const string TokenTypes = "token_types.weight";
    private const string TokenTypeCountKey = "tokenizer.ggml.token_type_count";

    /// <summary>BERT: learned positions, token types, a norm after each sum, GELU.</summary>
    /// <remarks>Devlin et al. 2018, arXiv:1810.04805.</remarks>
    public static EncoderFamily Bert { get; } = new() { Name = "bert", Architecture = "bert" };

    /// <summary>DistilBERT: BERT without token types; the head of a classifier has a ReLU.</summary>
    /// <remarks>Sanh et al. 2019, arXiv:1910.01108.</remarks>
    public static EncoderFamily DistilBert { get; } = Bert with
    {
        Name = "distilbert",
        HasTokenTypes = false,
        HeadActivation = HeadActivation.Relu,
    };

    /// <summary>RoBERTa and XLM-R: a folder's positions start behind the padding token's.</summary>
    /// <remarks>Liu et al. 2019, arXiv:1907.11692; Conneau et al. 2019, arXiv:1911.02116.</remarks>
    public static EncoderFamily XlmRoberta { get; } = Bert with
    {
        Name = "xlm-roberta",
        Alias = "roberta",
        HasPaddingPositions = true,
    };

    /// <summary>Nomic BERT: rotary positions, SwiGLU, one matrix for queries, keys and values, no biases but in the norms.</summary>
    /// <remarks>Nussbaum et al. 2024, arXiv:2402.01613.</remarks>
    public static EncoderFamily NomicBert { get; } = new()
    {
        Name = "nomic_bert",
        Architecture = "nomic-bert",
        HasLearnedPositions = false,
        HasBiases = false,
        HasFusedQueryKeyValue = true,
        FeedForward = EncoderFeedForward.GatedSilu,
        DefaultTheta = 1000,
    };

    /// <summary>ModernBERT: rotary positions, near tokens only in most layers, norms before the blocks, GeGLU, no biases.</summary>
    /// <remarks>Warner et al. 2024, arXiv:2412.13663.</remarks>
    public static EncoderFamily ModernBert { get; } = new()
    {
        Name = "modernbert",
        Architecture = "modern-bert",
        HasLearnedPositions = false,
        HasTokenTypes = false,
        HasPreNorms = true,
        HasBiases = false,
        HasNormBiases = false,
        HasFusedQueryKeyValue = true,
        HasFusedGateUp = true,
        FeedForward = EncoderFeedForward.GatedGelu,
        DefaultTheta = 160_000,
        HasLocalLayers = true,
        HeadActivation = HeadActivation.Gelu,
        HasHeadNorm = true,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<EncoderFamily> All { get; } = [Bert, DistilBert, XlmRoberta, NomicBert, ModernBert];

    /// <summary>Finds the family of a folder.</summary>
    /// <param name="modelType"><c>model_type</c> of config.json.</param>
    /// <returns>The family, or null when it is no encoder that Cairn runs.</returns>
    public static EncoderFamily? FindByModelType(string modelType) => All.FirstOrDefault(family => family.IsModelType(modelType));

    /// <summary>Whether a GGUF file of an architecture is an encoder that Cairn runs.</summary>
    /// <param name="architecture"><c>general.architecture</c>.</param>
    public static bool HasArchitecture(string architecture) => All.Any(family => family.Architecture == architecture);

    /// <summary>The family of a file.</summary>
    /// <param name="file">An open file. <c>bert</c> stands for three families there, which tokenizer and tensors tell apart.</param>
    /// <exception cref="ModelFormatException">The file names none, or one that is no encoder here.</exception>
    public static EncoderFamily Of(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var name = file.Metadata.GetString(Architectures.ArchitectureKey);
        var family = All.FirstOrDefault(family => family.Architecture == name) ?? throw Unsupported(file.Path, name);
        if (family != Bert) return family;

        file.Metadata.TryGetString("tokenizer.ggml.model", out var tokenizer);
        if (tokenizer is not (null or "bert")) return XlmRoberta;

        var hasTypes = file.Metadata.TryGetUInt32(TokenTypeCountKey, out var types) && types > 1;
        return hasTypes || file.Tensors.Any(tensor => tensor.Name == TokenTypes) ? Bert : DistilBert;
    }

    /// <summary>The error about a name that is no encoder's.</summary>
    internal static ModelFormatException Unsupported(string path, string name) => new(
        ModelFormatError.Unsupported, path, $"architecture '{name}' is not a supported encoder",
        string.Join(", ", All.Select(family => family.Name)), $"'{name}'");
}
