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
internal sealed class EncoderEngine : IDisposable
{
    // Activations of a batch stay in the L2 cache up to about this many tokens.
    private const int TokensPerBatch = 512;

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

    /// <summary>Name of the file or folder.</summary>
    public string Name { get; }

    /// <summary>The file or folder.</summary>
    public string Path { get; }

    /// <summary>Text to tokens.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The encoder; only <see cref="Run"/> may compute with it.</summary>
    public TransformerEncoder Encoder { get; }

    /// <summary>How long loading took.</summary>
    public TimeSpan LoadTime { get; }

    /// <summary>Loads an encoder.</summary>
    /// <param name="path">A GGUF file, a folder that holds exactly one, or a Hugging Face folder with safetensors.</param>
    /// <param name="options">Threads and arithmetic.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    public static EncoderEngine Load(string path, ModelLoadOptions? options, CancellationToken cancellationToken)
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
            return new EncoderEngine(source.Path, tokenizer, team, encoder, Stopwatch.GetElapsedTime(started));
        }
        catch
        {
            source.Dispose();
            team?.Dispose();
            throw;
        }
    }

    /// <summary>Runs texts through the encoder and hands out the hidden states of each.</summary>
    /// <param name="texts">Tokens of each text and their types; types may be empty.</param>
    /// <param name="read">Called once a text, in any order, never at the same time.</param>
    /// <param name="cancellationToken">Looked at between layers.</param>
    public void Run(IReadOnlyList<TokenizedPair> texts, HiddenStateReader read, CancellationToken cancellationToken)
    {
        int[] order = [.. Enumerable.Range(0, texts.Count).OrderBy(text => texts[text].Ids.Length)];
        _gate.Wait(cancellationToken);
        try
        {
            for (int start = 0; start < order.Length;)
            {
                int end = AddBatch(texts, order, start);
                Encoder.Encode(_batch, cancellationToken);
                for (int i = start; i < end; i++)
                    read(order[i], _batch.GetHidden(i - start));

                start = end;
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

    private int AddBatch(IReadOnlyList<TokenizedPair> texts, int[] order, int start)
    {
        _batch.Clear();
        int end = start;
        do
        {
            TokenizedPair text = texts[order[end++]];
            _batch.Add(text.Ids, Encoder.Configuration.TokenTypeCount > 1 ? text.TokenTypes : []);
        }
        while (end < order.Length && _batch.TokenCount + texts[order[end]].Ids.Length <= TokensPerBatch);

        return end;
    }
}
