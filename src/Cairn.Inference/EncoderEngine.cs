using System.Diagnostics;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Tokenizers;
using Cairn.Models.Transformers;
using Cairn.Tensors;

namespace Cairn.Inference;

/// <summary>An encoder with its tokenizer and threads: what embeddings and scores are made with.</summary>
/// <remarks>Thread-safe: callers queue. Texts run in batches of about equal lengths, without padding.</remarks>
internal sealed class EncoderEngine : ITextEngine
{
    // The encoder deals them out in slices that fit the caches; this bounds the memory of the hidden states.
    private const int TokensPerBatch = 4096;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ThreadTeam _team;
    private readonly EncoderBatch _batch = new();

    private EncoderEngine(string path, Tokenizer tokenizer, ThreadTeam team, TransformerEncoder encoder, TimeSpan loadTime)
    {
        Path = path;
        Name = System.IO.Path.GetFileNameWithoutExtension(path.TrimEnd(System.IO.Path.DirectorySeparatorChar));
        Tokenizer = tokenizer;
        Encoder = encoder;
        LoadTime = loadTime;
        _team = team;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public Tokenizer Tokenizer { get; }

    /// <summary>The encoder; only <see cref="Run"/> may compute with it.</summary>
    public TransformerEncoder Encoder { get; }

    /// <inheritdoc/>
    public TimeSpan LoadTime { get; }

    /// <inheritdoc/>
    public int HiddenSize => Encoder.Configuration.HiddenSize;

    /// <inheritdoc/>
    public int MaxTokens => Encoder.Configuration.MaxTokens;

    /// <inheritdoc/>
    public Pooling Pooling => Encoder.Configuration.Pooling;

    /// <inheritdoc/>
    public bool IsNormalized => Encoder.Configuration.IsNormalized;

    /// <inheritdoc/>
    public IReadOnlyList<WeightMatrix> Weights => Encoder.Weights;

    /// <summary>Loads an encoder.</summary>
    /// <param name="path">A GGUF file, a folder that holds exactly one, or a Hugging Face folder with safetensors.</param>
    /// <param name="options">Threads and arithmetic.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    public static EncoderEngine Load(string path, ModelLoadOptions options, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        (ITensorSource source, EncoderConfiguration configuration, Tokenizer tokenizer) = Open(path);
        ThreadTeam? team = null;
        try
        {
            team = new ThreadTeam(options.Threads);
            var encoder = TransformerEncoder.Load(
                source, configuration, LanguageModel.ToTransformerOptions(options, team), cancellationToken);
            return new EncoderEngine(source.Path, tokenizer, team, encoder, Stopwatch.GetElapsedTime(started));
        }
        catch
        {
            source.Dispose();
            team?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Run(IReadOnlyList<TokenizedPair> texts, HiddenStateReader read, CancellationToken cancellationToken)
    {
        _gate.Wait(cancellationToken);
        try
        {
            foreach (int[] group in TextBatches.Of(texts, TokensPerBatch))
            {
                Fill(texts, group);
                Encoder.Encode(_batch, cancellationToken);
                for (int i = 0; i < group.Length; i++)
                    read(group[i], _batch.GetHidden(i));
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        Encoder.Dispose();
        _team.Dispose();
        _gate.Dispose();
    }

    private static (ITensorSource Source, EncoderConfiguration Configuration, Tokenizer Tokenizer) Open(string path)
    {
        if (ModelPath.IsHuggingFace(path))
        {
            HuggingFaceModel model = HuggingFaceModel.Open(path);
            try
            {
                EncoderConfiguration configuration = model.Encoder ?? throw new ModelFormatException(
                    ModelFormatError.Unsupported, path, "the model is a decoder", "an encoder", $"'{model.ModelType}'");
                ModelValidator.ValidateEncoder(model, configuration);
                var tokenizer = Tokenizer.Load(path);
                ModelValidator.ValidateTokenizer(path, tokenizer, configuration.VocabularySize);
                return (model, configuration, tokenizer);
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

    private void Fill(IReadOnlyList<TokenizedPair> texts, int[] group)
    {
        _batch.Clear();
        foreach (int text in group)
            _batch.Add(texts[text].Ids, Encoder.Configuration.TokenTypeCount > 1 ? texts[text].TokenTypes : []);
    }
}
