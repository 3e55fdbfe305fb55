using System.Diagnostics;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Tokenizers;
using Cairn.Models.Transformers;
using Cairn.Tensors;

namespace Cairn.Inference;

/// <summary>A decoder that was made to embed texts, with its tokenizer and threads.</summary>
/// <remarks>Thread-safe: callers queue.</remarks>
internal sealed class DecoderEngine : ITextEngine
{
    private const int TokensPerBatch = 512; // of texts to embed: their keys and values are held together

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ThreadTeam _team;
    private readonly TransformerDecoder _decoder;
    private readonly DecoderPooling _pooling;

    private DecoderEngine(
        LanguageModelSource source, DecoderPooling pooling, ThreadTeam team, TransformerDecoder decoder, TimeSpan loadTime)
    {
        Path = source.Weights.Path;
        Name = source.Name;
        Tokenizer = source.Tokenizer;
        LoadTime = loadTime;
        (_pooling, _team, _decoder) = (pooling, team, decoder);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public Tokenizer Tokenizer { get; }

    /// <inheritdoc/>
    public TimeSpan LoadTime { get; }

    /// <inheritdoc/>
    public int HiddenSize => _decoder.Configuration.HiddenSize;

    /// <inheritdoc/>
    public int MaxTokens => _decoder.Configuration.ContextLength;

    /// <inheritdoc/>
    public Pooling Pooling => _pooling.Pooling;

    /// <inheritdoc/>
    public bool IsNormalized => _pooling.IsNormalized;

    /// <inheritdoc/>
    public IReadOnlyList<WeightMatrix> Weights => _decoder.Weights;

    /// <summary>Loads a decoder.</summary>
    /// <param name="path">A GGUF file, a folder that holds exactly one, or a Hugging Face folder with safetensors.</param>
    /// <param name="options">Threads and arithmetic.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    /// <exception cref="ModelFormatException">A file is damaged, or does not say that the model is made for embeddings.</exception>
    public static DecoderEngine Load(string path, ModelLoadOptions options, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        LanguageModelSource source = LanguageModelSource.Open(path);
        ThreadTeam? team = null;
        TransformerDecoder? decoder = null;
        try
        {
            DecoderPooling pooling = DecoderPooling.Find(source.Weights) ?? throw new ModelFormatException(
                ModelFormatError.Unsupported, path, "the model is a language model and does not say how it would embed a text",
                "an encoder, or a decoder with a pooling", "no pooling");
            team = new ThreadTeam(options.Threads);
            decoder = TransformerDecoder.Load(
                source.Weights, source.Configuration, LanguageModel.ToTransformerOptions(options, team), cancellationToken);
            return new DecoderEngine(source, pooling, team, decoder, Stopwatch.GetElapsedTime(started));
        }
        catch
        {
            source.Dispose();
            decoder?.Dispose();
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
                float[][] hidden = DecoderEncoding.Encode(_decoder, [.. group.Select(text => texts[text].Ids)], cancellationToken);
                for (int i = 0; i < group.Length; i++)
                    read(group[i], hidden[i]);
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
        _decoder.Dispose();
        _team.Dispose();
        _gate.Dispose();
    }
}
