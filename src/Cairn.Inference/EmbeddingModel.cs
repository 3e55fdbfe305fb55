using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Tokenizers;
using Cairn.Models.Transformers;
using Cairn.Tensors;

namespace Cairn.Inference;

/// <summary>An encoder with its tokenizer: texts in, vectors out.</summary>
/// <remarks>Thread-safe: one engine serves all callers, whose calls queue. Dispose it when no call is running.</remarks>
public sealed class EmbeddingModel : IDisposable
{
    private readonly EncoderEngine _engine;

    private EmbeddingModel(EncoderEngine engine) => _engine = engine;

    /// <summary>Name of the file or folder.</summary>
    public string Name => _engine.Name;

    /// <summary>The file or folder.</summary>
    public string Path => _engine.Path;

    /// <summary>Text to tokens.</summary>
    public Tokenizer Tokenizer => _engine.Tokenizer;

    /// <summary>Shape of the model.</summary>
    public EncoderConfiguration Configuration => _engine.Encoder.Configuration;

    /// <summary>Numbers of an embedding.</summary>
    public int Dimensions => Configuration.HiddenSize;

    /// <summary>Most tokens that are read of a text, special tokens included.</summary>
    public int MaxTokens => Configuration.MaxTokens;

    /// <summary>How long loading took.</summary>
    public TimeSpan LoadTime => _engine.LoadTime;

    /// <summary>Weight matrices with their kernels.</summary>
    public IReadOnlyList<WeightMatrix> Weights => _engine.Encoder.Weights;

    /// <summary>Loads an encoder.</summary>
    /// <param name="path">A GGUF file, a folder that holds exactly one, or a Hugging Face folder with safetensors.</param>
    /// <param name="options">Threads and arithmetic.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="ModelFormatException">A file is damaged or not an encoder that can run and that gives one vector a text.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static EmbeddingModel Load(
        string path, ModelLoadOptions? options = null, CancellationToken cancellationToken = default)
    {
        EncoderEngine engine = EncoderEngine.Load(path, options, cancellationToken);
        Pooling pooling = engine.Encoder.Configuration.Pooling;
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

        var vectors = new float[texts.Count][];
        _engine.Run(inputs, (text, hidden) => vectors[text] = Pool(hidden), cancellationToken);
        return [.. vectors.Select((vector, i) => new TextEmbedding(vector, lengths[i], inputs[i].IsTruncated))];
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    private float[] Pool(ReadOnlySpan<float> hidden)
    {
        var vector = new float[Dimensions];
        EmbeddingPooling.Apply(hidden, Configuration.Pooling, Configuration.IsNormalized, vector);
        return vector;
    }
}
