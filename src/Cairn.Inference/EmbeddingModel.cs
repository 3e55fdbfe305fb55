using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Tokenizers;
using Cairn.Models.Transformers;
using Cairn.Tensors;

namespace Cairn.Inference;

/// <summary>An encoder, or a decoder that was made for it, with its tokenizer: texts in, vectors out.</summary>
/// <remarks>Thread-safe: one engine serves all callers, whose calls queue. Dispose it when no call is running.</remarks>
public sealed class EmbeddingModel : IDisposable
{
    private readonly ITextEngine _engine;

    private EmbeddingModel(ITextEngine engine) => _engine = engine;

    /// <summary>Name of the file or folder.</summary>
    public string Name => _engine.Name;

    /// <summary>The file or folder.</summary>
    public string Path => _engine.Path;

    /// <summary>Text to tokens.</summary>
    public Tokenizer Tokenizer => _engine.Tokenizer;

    /// <summary>Shape of the model when it is an encoder; null for a decoder.</summary>
    public EncoderConfiguration? Configuration => (_engine as EncoderEngine)?.Encoder.Configuration;

    /// <summary>How the vectors of a text's tokens become its embedding.</summary>
    public Pooling Pooling => _engine.Pooling;

    /// <summary>Numbers of an embedding.</summary>
    public int Dimensions => _engine.HiddenSize;

    /// <summary>Most tokens that are read of a text, special tokens included.</summary>
    public int MaxTokens => _engine.MaxTokens;

    /// <summary>How long loading took.</summary>
    public TimeSpan LoadTime => _engine.LoadTime;

    /// <summary>Weight matrices with their kernels.</summary>
    public IReadOnlyList<WeightMatrix> Weights => _engine.Weights;

    /// <summary>Loads an embedding model.</summary>
    /// <param name="path">A GGUF file, a folder that holds exactly one, or a Hugging Face folder with safetensors.</param>
    /// <param name="options">Threads and arithmetic.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="ModelFormatException">A file is damaged or no model that can run and gives one vector a text.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static EmbeddingModel Load(
        string path, ModelLoadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options = ModelLoadOptions.Valid(options);
        ITextEngine engine = IsDecoder(path)
            ? DecoderEngine.Load(path, options, cancellationToken)
            : EncoderEngine.Load(path, options, cancellationToken);
        Pooling pooling = engine.Pooling;
        if (pooling is Pooling.Mean or Pooling.Cls or Pooling.Last)
            return new EmbeddingModel(engine);

        engine.Dispose();
        throw new ModelFormatException(
            ModelFormatError.Unsupported, path,
            pooling == Pooling.Rank ? "the model scores pairs of texts ('cairn rerank') and is not made for embeddings" : "the model gives a vector a token and none for a text",
            "pooling by mean, cls or last token", $"{pooling}");
    }

    /// <summary>Embeds texts; what a text has beyond <see cref="MaxTokens"/> is left out.</summary>
    /// <param name="texts">Texts; an empty one is embedded like any other.</param>
    /// <param name="cancellationToken">Stops within a layer.</param>
    /// <returns>One vector of <see cref="Dimensions"/> numbers a text, in order.</returns>
    public float[][] Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken = default) =>
        [.. EmbedTexts(texts, cancellationToken).Select(embedding => embedding.Vector)];

    /// <summary>Embeds texts and says how long each was.</summary>
    /// <param name="texts">Texts. The names of special tokens in them are read as such, as the published model does.</param>
    /// <param name="cancellationToken">Stops within a layer.</param>
    /// <returns>One embedding a text, in order.</returns>
    public IReadOnlyList<TextEmbedding> EmbedTexts(
        IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var inputs = new TokenizedPair[texts.Count];
        var lengths = new int[texts.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] ids = Tokenizer.Encode(texts[i], addSpecial: true, parseSpecial: true);
            lengths[i] = ids.Length;
            inputs[i] = TextInputs.Cut(ids, MaxTokens);
        }

        float[][] vectors = Run(inputs, cancellationToken);
        return [.. vectors.Select((vector, i) => new TextEmbedding(vector, lengths[i], inputs[i].IsTruncated))];
    }

    /// <summary>Embeds texts that are tokens already.</summary>
    /// <param name="texts">Token ids of each text, special tokens included, at most <see cref="MaxTokens"/>.</param>
    /// <param name="cancellationToken">Stops within a layer.</param>
    /// <returns>One vector of <see cref="Dimensions"/> numbers a text, in order.</returns>
    /// <exception cref="ArgumentException">A text has no tokens or too many, or an id is not in the vocabulary.</exception>
    public float[][] EmbedTokens(IReadOnlyList<int[]> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        for (int i = 0; i < texts.Count; i++)
        {
            if (texts[i].Length == 0 || texts[i].Length > MaxTokens)
            {
                throw new ArgumentException(
                    $"Text {i} has {texts[i].Length:N0} tokens; 1 to {MaxTokens:N0} are possible.", nameof(texts));
            }
        }

        return Run([.. texts.Select(ids => new TokenizedPair(ids, [], IsTruncated: false))], cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    /// <summary>Whether a path names a decoder; anything else is left to the encoders, whose errors say what is wrong.</summary>
    private static bool IsDecoder(string path)
    {
        if (ModelPath.IsHuggingFace(path))
            return HuggingFaceModel.DecoderTypes.Contains(new ModelFolder(path).ReadRequired("config.json").GetString("model_type"));

        using GgufFile file = GgufFile.Open(ModelPath.FindGguf(path));
        return file.Metadata.TryGetString(Architectures.ArchitectureKey, out string? name)
            && Architectures.Decoders.Any(family => family.Name == name);
    }

    private float[][] Run(TokenizedPair[] texts, CancellationToken cancellationToken)
    {
        var vectors = new float[texts.Length][];
        _engine.Run(texts, (text, hidden) => vectors[text] = Pool(hidden), cancellationToken);
        return vectors;
    }

    private float[] Pool(ReadOnlySpan<float> hidden)
    {
        var vector = new float[Dimensions];
        EmbeddingPooling.Apply(hidden, Pooling, _engine.IsNormalized, vector);
        return vector;
    }
}
