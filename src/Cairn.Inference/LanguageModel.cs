using System.Diagnostics;
using System.Runtime.CompilerServices;
using Cairn.Models;
using Cairn.Models.Adapters;
using Cairn.Models.ChatTemplates;
using Cairn.Models.Configuration;
using Cairn.Models.Tokenizers;
using Cairn.Models.Transformers;
using Cairn.Tensors;
using Cairn.Tensors.Attention;

namespace Cairn.Inference;

/// <summary>A decoder with its tokenizer and chat template, ready to generate and to score.</summary>
/// <remarks>
/// Thread-safe: one engine serves all callers, whose calls queue. The cache of the last prompt is kept, so a prompt that
/// begins like it computes only what is new. Dispose it when no call is running.
/// </remarks>
public sealed class LanguageModel : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ThreadTeam _team;
    private readonly TransformerDecoder _decoder;
    private readonly DecodingSession _session;
    private readonly Lock _adapterLock = new();
    private readonly List<LoraAdapter> _adapters = [];
    private readonly Lazy<ChatTemplate?> _chatTemplate;

    private LanguageModel(
        LanguageModelSource source, ThreadTeam team, TransformerDecoder decoder, ModelLoadOptions options, long started)
    {
        Path = source.Weights.Path;
        Name = source.Name;
        Tokenizer = source.Tokenizer;
        _chatTemplate = new Lazy<ChatTemplate?>(() => options.ChatTemplate ?? source.FindTemplate());
        int trained = decoder.Configuration.ContextLength;
        ContextLength = Math.Min(options.ContextLength ?? trained, trained);
        _team = team;
        _decoder = decoder;
        _session = new DecodingSession(decoder, ContextLength);
        LoadTime = Stopwatch.GetElapsedTime(started);
    }

    /// <summary>The model's own name, or that of its file or folder.</summary>
    public string Name { get; }

    /// <summary>The file or folder.</summary>
    public string Path { get; }

    /// <summary>Text to tokens and back.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>
    /// The template that was asked for, or the model's own, or the built-in one of its family
    /// (<see cref="ChatTemplate.IsBuiltIn"/>); null when there is none.
    /// </summary>
    /// <exception cref="ChatTemplateException">
    /// The template cannot be read. Everything that needs no template works all the same.
    /// </exception>
    public ChatTemplate? ChatTemplate => _chatTemplate.Value;

    /// <summary>Shape of the model.</summary>
    public DecoderConfiguration Configuration => _decoder.Configuration;

    /// <summary>Most tokens of a prompt and its answer together.</summary>
    public int ContextLength { get; }

    /// <summary>How long loading took.</summary>
    public TimeSpan LoadTime { get; }

    /// <summary>Threads that compute.</summary>
    public int Threads => _team.ThreadCount;

    /// <summary>The adapters that are loaded, in the order of loading.</summary>
    public IReadOnlyList<LoraAdapter> Adapters
    {
        get
        {
            lock (_adapterLock) return [.. _adapters];
        }
    }

    /// <summary>Weight matrices with their kernels.</summary>
    public IReadOnlyList<WeightMatrix> Weights => _decoder.Weights;

    /// <summary>How keys and values of the context are kept.</summary>
    public KvElementType KvType => _decoder.KvType;

    /// <summary>Bytes and operations of a token.</summary>
    public DecoderWork Work => _decoder.Work;

    internal ITransformer Transformer => _decoder;

    internal long JobCount => _team.JobCount;

    internal int ReusedTokens => _session.ReusedTokens;

    /// <summary>Loads a decoder.</summary>
    /// <param name="path">A GGUF file, a folder that holds exactly one, or a Hugging Face folder with safetensors.</param>
    /// <param name="options">Threads, arithmetic, context.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="ModelFormatException">A file is damaged or not a decoder that can run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static LanguageModel Load(
        string path, ModelLoadOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ModelLoadOptions();
        options.Validate();
        long started = Stopwatch.GetTimestamp();
        LanguageModelSource source = LanguageModelSource.Open(path);
        ThreadTeam? team = null;
        TransformerDecoder? decoder = null;
        try
        {
            team = new ThreadTeam(options.Threads);
            decoder = TransformerDecoder.Load(
                source.Weights, source.Configuration, ToTransformerOptions(options, team), cancellationToken);
            return new LanguageModel(source, team, decoder, options, started);
        }
        catch
        {
            source.Dispose();
            decoder?.Dispose();
            team?.Dispose();
            throw;
        }
    }

    /// <summary>Continues a prompt, token by token.</summary>
    /// <param name="prompt">At least one token.</param>
    /// <param name="options">Limits, samplers, stop sequences.</param>
    /// <param name="cancellationToken">Stops within a layer.</param>
    /// <returns>The tokens as they are computed; the last one has a finish reason.</returns>
    /// <exception cref="ContextOverflowException">
    /// Prompt and answer do not fit and the options do not say what to drop. Thrown before any work is done.
    /// </exception>
    public IAsyncEnumerable<GeneratedToken> GenerateAsync(
        ReadOnlyMemory<int> prompt, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        RequireTokens(prompt.Span, nameof(prompt));
        int maxTokens = options.MaxTokens ?? Math.Max(1, ContextLength - prompt.Length);
        int[] fitted = Fit(prompt.Span, maxTokens, options.Overflow);
        return GenerateCoreAsync(new TokenGeneration(_session, Tokenizer, fitted, maxTokens, options), cancellationToken);
    }

    /// <summary>Loads a LoRA adapter, which requests can then name; the base weights stay as they are.</summary>
    /// <param name="path">A PEFT folder or a GGUF adapter.</param>
    /// <returns>The adapter. The model keeps it until <see cref="UnloadAdapter"/> or its own end.</returns>
    /// <exception cref="FileNotFoundException">There is no such folder or file.</exception>
    /// <exception cref="ModelFormatException">It is damaged, or asks for something that is not implemented.</exception>
    /// <exception cref="AdapterMismatchException">It does not fit this model; nothing of it is loaded.</exception>
    /// <remarks>May be called while the model is at work.</remarks>
    public LoraAdapter LoadAdapter(string path)
    {
        using AdapterFile file = AdapterFile.Open(path);
        LoraAdapter adapter = _decoder.LoadAdapter(file);
        lock (_adapterLock) _adapters.Add(adapter);
        return adapter;
    }

    /// <summary>Frees an adapter, when no call is at work. A request that still names it fails.</summary>
    /// <param name="adapter">One of <see cref="Adapters"/>; any other is left alone.</param>
    public void UnloadAdapter(LoraAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        lock (_adapterLock)
        {
            if (!_adapters.Remove(adapter))
                return;
        }

        _gate.Wait();
        try
        {
            adapter.Dispose();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Log-probability of each token given those before it, from one pass.</summary>
    /// <param name="ids">At least one token, at most <see cref="ContextLength"/>.</param>
    /// <param name="top">How many of the best next tokens to list for each position; 0 for none.</param>
    /// <param name="adapters">Adapters that the model has loaded; null for the base model alone.</param>
    /// <param name="cancellationToken">Stops within a layer.</param>
    /// <exception cref="ContextOverflowException">Too many tokens.</exception>
    public TokenScores Score(
        ReadOnlySpan<int> ids, int top = 0, AdapterSet? adapters = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        RequireTokens(ids, nameof(ids));
        RequireFit(ids.Length, 0);
        _gate.Wait(cancellationToken);
        try
        {
            return TokenScorer.Score(_decoder, ids, top, adapters ?? AdapterSet.Empty, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Σ ln p(continuation | prefix) of each continuation; the prefix is computed once.</summary>
    /// <param name="prefix">At least one token.</param>
    /// <param name="continuations">Token sequences; an empty one scores 0.</param>
    /// <param name="adapters">Adapters that the model has loaded; null for the base model alone.</param>
    /// <param name="cancellationToken">Stops within a layer.</param>
    /// <exception cref="ContextOverflowException">The prefix and the longest continuation do not fit.</exception>
    public double[] ScoreContinuations(
        ReadOnlySpan<int> prefix,
        IReadOnlyList<int[]> continuations,
        AdapterSet? adapters = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(continuations);
        RequireTokens(prefix, nameof(prefix));
        foreach (int[] continuation in continuations)
        {
            RequireFit(prefix.Length, continuation.Length);
            if (continuation.Length > 0)
                RequireTokens(continuation, nameof(continuations));
        }

        _gate.Wait(cancellationToken);
        try
        {
            return TokenScorer.ScoreContinuations(
                _session, prefix, continuations, adapters ?? AdapterSet.Empty, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Perplexity by half windows: the text is cut into windows that each start with an empty cache, and in each the
    /// predictions made from position window / 2 on count. A last, incomplete window is left out.
    /// </summary>
    /// <param name="ids">The text, at least one window.</param>
    /// <param name="window">Tokens of a window, 4 to <see cref="ContextLength"/>.</param>
    /// <param name="adapters">Adapters that the model has loaded; null for the base model alone.</param>
    /// <param name="progress">Receives the share that is done.</param>
    /// <param name="cancellationToken">Stops within a layer.</param>
    /// <exception cref="ContextOverflowException">The window is longer than the context.</exception>
    public PerplexityResult MeasurePerplexity(
        ReadOnlySpan<int> ids,
        int window = 512,
        AdapterSet? adapters = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        RequireWindows(ids, window);
        _gate.Wait(cancellationToken);
        try
        {
            return TokenScorer.MeasurePerplexity(
                _decoder, ids, window, adapters ?? AdapterSet.Empty, progress, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        foreach (LoraAdapter adapter in Adapters)
            adapter.Dispose();

        _decoder.Dispose();
        _team.Dispose();
        _gate.Dispose();
    }

    /// <summary>Refuses a text that is not at least one window of known tokens that fits the context.</summary>
    internal void RequireWindows(ReadOnlySpan<int> ids, int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 4);
        RequireFit(window, 0);
        if (ids.Length < window)
        {
            throw new ArgumentException(
                $"The text has {ids.Length:N0} tokens; one window of {window:N0} is needed. Use a smaller window.", nameof(ids));
        }

        RequireTokens(ids, nameof(ids));
    }

    /// <summary>Runs work on the engine while every other call waits.</summary>
    internal T RunAlone<T>(Func<TransformerDecoder, T> work, CancellationToken cancellationToken)
    {
        _gate.Wait(cancellationToken);
        try
        {
            return work(_decoder);
        }
        finally
        {
            _gate.Release();
        }
    }

    internal static TransformerOptions ToTransformerOptions(ModelLoadOptions options, ThreadTeam team) =>
        new() { Team = team, Activation = options.Activation, KvType = options.KvType, Progress = options.Progress };

    private async IAsyncEnumerable<GeneratedToken> GenerateCoreAsync(
        TokenGeneration generation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Func<GeneratedToken> next = () => generation.Next(cancellationToken);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            GeneratedToken token;
            do
            {
                token = await Task.Run(next, cancellationToken).ConfigureAwait(false);
                yield return token;
            }
            while (token.FinishReason is null);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The prompt, or as much of its end as leaves room for the answer where the policy allows that.</summary>
    private int[] Fit(ReadOnlySpan<int> prompt, int maxTokens, ContextOverflow overflow)
    {
        int room = ContextLength - maxTokens;
        if (prompt.Length <= room)
            return prompt.ToArray();

        return overflow == ContextOverflow.TruncateOldest && room > 0
            ? prompt[^room..].ToArray()
            : throw new ContextOverflowException(prompt.Length, maxTokens, ContextLength);
    }

    private void RequireFit(int promptTokens, int maxTokens)
    {
        if ((long)promptTokens + maxTokens > ContextLength)
            throw new ContextOverflowException(promptTokens, maxTokens, ContextLength);
    }

    private void RequireTokens(ReadOnlySpan<int> ids, string parameter)
    {
        if (ids.IsEmpty)
            throw new ArgumentException("At least one token is needed.", parameter);

        foreach (int id in ids)
        {
            if ((uint)id >= (uint)Configuration.VocabularySize)
            {
                throw new ArgumentException(
                    $"Token id {id} is not in the vocabulary of {Configuration.VocabularySize:N0} tokens.", parameter);
            }
        }
    }
}
