using System.Diagnostics;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Tokenizers;
using Cairn.Models.Transformers;
using Cairn.Tensors;

namespace Cairn.Inference;

/// <summary>An encoder with its tokenizer: texts in, vectors out.</summary>
/// <remarks>Thread-safe: one engine serves all callers, whose calls queue. Dispose it when no call is running.</remarks>
public sealed class EmbeddingModel : IDisposable
{
    // Activations of a batch stay in the L2 cache up to about this many tokens.
    private const int TokensPerBatch = 512;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ThreadTeam _team;
    private readonly TransformerEncoder _encoder;
    private readonly EncoderBatch _batch = new();

    private EmbeddingModel(
        string path, Tokenizer tokenizer, ThreadTeam team, TransformerEncoder encoder, TimeSpan loadTime)
    {
        Path = path;
        Name = System.IO.Path.GetFileNameWithoutExtension(path.TrimEnd(System.IO.Path.DirectorySeparatorChar));
        Tokenizer = tokenizer;
        LoadTime = loadTime;
        _team = team;
        _encoder = encoder;
    }

    /// <summary>Name of the file or folder.</summary>
    public string Name { get; }

    /// <summary>The file or folder.</summary>
    public string Path { get; }

    /// <summary>Text to tokens.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Shape of the model.</summary>
    public EncoderConfiguration Configuration => _encoder.Configuration;

    /// <summary>Numbers of an embedding.</summary>
    public int Dimensions => Configuration.HiddenSize;

    /// <summary>Most tokens that are read of a text, special tokens included.</summary>
    public int MaxTokens => Configuration.MaxTokens;

    /// <summary>How long loading took.</summary>
    public TimeSpan LoadTime { get; }

    /// <summary>Weight matrices with their kernels.</summary>
    public IReadOnlyList<WeightMatrix> Weights => _encoder.Weights;

    /// <summary>Loads an encoder.</summary>
    /// <param name="path">A GGUF file, a folder that holds exactly one, or a Hugging Face folder with safetensors.</param>
    /// <param name="options">Threads and arithmetic.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="ModelFormatException">A file is damaged or not an encoder that can run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static EmbeddingModel Load(
        string path, ModelLoadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new ModelLoadOptions();
        options.Validate();
        long started = Stopwatch.GetTimestamp();
        (ITensorSource source, EncoderConfiguration configuration, Tokenizer tokenizer) = Open(path);
        ThreadTeam? team = null;
        try
        {
            team = new ThreadTeam(options.Threads);
            var encoder = TransformerEncoder.Load(
                source, configuration, LanguageModel.ToTransformerOptions(options, team), cancellationToken);
            return new EmbeddingModel(source.Path, tokenizer, team, encoder, Stopwatch.GetElapsedTime(started));
        }
        catch
        {
            source.Dispose();
            team?.Dispose();
            throw;
        }
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
        var ids = new int[texts.Count][];
        var lengths = new int[texts.Count];
        for (int i = 0; i < ids.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ids[i] = Tokenizer.Encode(texts[i], addSpecial: true, parseSpecial: true);
            lengths[i] = ids[i].Length;
            if (lengths[i] > MaxTokens)
                ids[i] = [.. ids[i].AsSpan(0, MaxTokens - 1), ids[i][^1]]; // the closing special token stays last
        }

        float[][] vectors = EmbedIds(ids, cancellationToken);
        return [.. vectors.Select((vector, i) => new TextEmbedding(vector, lengths[i], lengths[i] > MaxTokens))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        _encoder.Dispose();
        _team.Dispose();
        _gate.Dispose();
    }

    private static (ITensorSource Source, EncoderConfiguration Configuration, Tokenizer Tokenizer) Open(string path)
    {
        if (Directory.Exists(path) && !ModelPath.HasGguf(path))
        {
            HuggingFaceModel model = HuggingFaceModel.Open(path);
            try
            {
                EncoderConfiguration configuration = model.Encoder ?? throw new ModelFormatException(
                    ModelFormatError.Unsupported, path, "the model is a decoder, which gives no embeddings", "an encoder", $"'{model.ModelType}'");
                return (model, configuration, Tokenizer.Load(path));
            }
            catch
            {
                model.Dispose();
                throw;
            }
        }

        GgufFile file = GgufFile.Open(ModelPath.FindGguf(path));
        try
        {
            return (file, ModelValidator.ValidateEncoder(file), Tokenizer.FromGguf(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private float[][] EmbedIds(int[][] ids, CancellationToken cancellationToken)
    {
        var vectors = new float[ids.Length][];
        int[] order = [.. Enumerable.Range(0, ids.Length).OrderBy(i => ids[i].Length)];
        _gate.Wait(cancellationToken);
        try
        {
            for (int start = 0; start < order.Length;)
            {
                int end = AddBatch(ids, order, start);
                _encoder.Encode(_batch, cancellationToken);
                for (int i = start; i < end; i++)
                    vectors[order[i]] = Pool(i - start);

                start = end;
            }
        }
        finally
        {
            _gate.Release();
        }

        return vectors;
    }

    private int AddBatch(int[][] ids, int[] order, int start)
    {
        _batch.Clear();
        int end = start;
        do
        {
            _batch.Add(ids[order[end++]]);
        }
        while (end < order.Length && _batch.TokenCount + ids[order[end]].Length <= TokensPerBatch);

        return end;
    }

    private float[] Pool(int sequence)
    {
        var vector = new float[Dimensions];
        EmbeddingPooling.Apply(_batch.GetHidden(sequence), Configuration.Pooling, Configuration.IsNormalized, vector);
        return vector;
    }
}
