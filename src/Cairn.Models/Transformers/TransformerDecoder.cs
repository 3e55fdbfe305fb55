using Cairn.Models.Adapters;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Tensors;
using Cairn.Tensors.Attention;

namespace Cairn.Models.Transformers;

/// <summary>
/// A decoder on the processor: x += Attention(Norm(x)); x += FeedForward(Norm(x)) for each layer; logits =
/// Output(Norm(x)). What a family does otherwise is in its <see cref="DecoderConfiguration"/>.
/// </summary>
/// <remarks>
/// Touvron et al. 2023, arXiv:2302.13971, is the plain case. Prefill and decode are the same pass. Tokens run through all
/// layers in panels of up to <see cref="PanelTokens"/>, so activations stay in cache; results do not depend on how a
/// prompt is split, on other sequences of the batch or on the number of threads, beyond float rounding. Not thread-safe.
/// </remarks>
public sealed unsafe class TransformerDecoder : ITransformer
{
    /// <summary>Most tokens that run through the layers together.</summary>
    public const int PanelTokens = 128;

    private readonly ITensorSource _source;
    private readonly ThreadTeam _team;
    private readonly MatrixMultiplier _multiplier;
    private readonly AdapterPass _adapters;
    private readonly LinearMaps _maps;
    private readonly DecoderWorkspace _work;
    private readonly RotaryTables _rotations;
    private readonly AttentionBlock _attention;
    private readonly FeedForwardBlock _feedForward;
    private readonly ExpertBlock? _experts;
    private readonly KvCacheLayout _layout;
    private readonly InputEmbedding _embedding;
    private readonly DecoderLayer[] _layers;
    private readonly NormWeights _outputNorm;
    private readonly OutputHead _head;
    private readonly DecoderPanel _panel;

    private TransformerDecoder(
        ITensorSource source, DecoderConfiguration configuration, TransformerOptions options, TensorLoader loader)
    {
        _source = source;
        _team = options.Team;
        Configuration = configuration;
        DecoderTensorNames names = configuration.TensorNames;
        int hidden = configuration.HiddenSize;
        string output = configuration.HasTiedOutput ? names.TokenEmbedding : names.Output;
        var head = new Projection(0, loader.Matrix(output, configuration.VocabularySize, hidden), []);
        EmbeddingTable tokens = configuration.HasTiedOutput
            ? new EmbeddingTable(head.Weights)
            : loader.Table(names.TokenEmbedding, configuration.VocabularySize, hidden);
        EmbeddingTable? positions = configuration.Family.HasLearnedPositions
            ? loader.Table(names.PositionEmbedding, configuration.ContextLength, hidden)
            : null;
        _layers = new DecoderLayer[configuration.LayerCount];
        for (int layer = 0; layer < _layers.Length; layer++)
            _layers[layer] = DecoderLayer.Load(loader, configuration, layer);

        _outputNorm = NormWeights.Load(loader, names.OutputNorm, configuration.Family.Norm, hidden);
        Weights = loader.Matrices;
        _layout = KvCacheLayout.Of(
            configuration,
            options.KvType ?? (options.Activation == ActivationType.Float32 ? KvElementType.F32 : KvElementType.F16));
        _panel = new DecoderPanel(_layout.GroupCount);
        _rotations = new RotaryTables(configuration, loader);
        _multiplier = new MatrixMultiplier(_team);
        _adapters = new AdapterPass(_team, _multiplier);
        _maps = new LinearMaps(_multiplier, _adapters);
        _work = new DecoderWorkspace(configuration, PanelTokens);
        _embedding = new InputEmbedding(configuration, tokens, positions, _adapters);
        _head = new OutputHead(configuration, head, _team, _maps, _adapters);
        _attention = new AttentionBlock(configuration, _team, _maps, _work, _rotations, _layout);
        _feedForward = new FeedForwardBlock(configuration, _team, _maps, _work);
        if (configuration.ExpertCount > 0)
            _experts = new ExpertBlock(configuration, _maps, _feedForward, PanelTokens);
    }

    /// <inheritdoc/>
    public DecoderConfiguration Configuration { get; }

    /// <summary>All weight matrices with their kernels, for reports.</summary>
    public IReadOnlyList<WeightMatrix> Weights { get; }

    /// <summary>How keys and values are kept.</summary>
    public KvElementType KvType => _layout.Head.Type;

    /// <summary>Bytes and operations of a token.</summary>
    public DecoderWork Work => new(Configuration, Weights, _layout);

    /// <summary>
    /// Sees the inputs of every matrix of the layers, on the calling thread; null (default) for none. While it is set, the
    /// last layer is computed for all tokens.
    /// </summary>
    public MatrixInputObserver? InputObserver
    {
        get => _maps.Observer;
        set => _maps.Observer = value;
    }

    /// <summary>Receives the residual stream of each panel, for tests and for looking inside the model.</summary>
    internal HiddenStateObserver? Observer { get; set; }

    /// <summary>Loads a decoder from a GGUF file, which is validated as a whole.</summary>
    /// <param name="file">An open file; the decoder reads from it as long as it lives and disposes it with itself.</param>
    /// <param name="options">Threads and arithmetic.</param>
    /// <param name="cancellationToken">Looked at between tensors.</param>
    /// <exception cref="ModelFormatException">The file is not a decoder that can run, or a tensor is wrong.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the file is still the caller's to dispose.</exception>
    public static TransformerDecoder Load(
        GgufFile file, TransformerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Load(file, ModelValidator.ValidateDecoder(file), options, cancellationToken);
    }

    /// <summary>Loads a decoder of any source: a GGUF file or a Hugging Face folder.</summary>
    /// <param name="source">Open files; the decoder reads from them as long as it lives and disposes them with itself.</param>
    /// <param name="configuration">Shape, constants and tensor names.</param>
    /// <param name="options">Threads and arithmetic.</param>
    /// <param name="cancellationToken">Looked at between tensors.</param>
    /// <exception cref="ModelFormatException">A tensor is missing or has another shape.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the source is still the caller's to dispose.</exception>
    public static TransformerDecoder Load(
        ITensorSource source,
        DecoderConfiguration configuration,
        TransformerOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(options);
        var loader = new TensorLoader(source, options, options.Activation, cancellationToken);
        try
        {
            return new TransformerDecoder(source, configuration, options, loader);
        }
        catch
        {
            loader.DisposeMatrices();
            throw;
        }
    }

    /// <inheritdoc/>
    public LoraAdapter LoadAdapter(AdapterFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return AdapterBinder.Bind(this, file, Configuration, [.. AdapterTarget.Of(Weights, Configuration)], _team);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">Positions are learned, and there are fewer.</exception>
    public KvCache CreateCache(int contextLength)
    {
        if (Configuration.Family.HasLearnedPositions)
            ArgumentOutOfRangeException.ThrowIfGreaterThan(contextLength, Configuration.ContextLength);

        return new(_layout, contextLength);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A token id is not in the vocabulary.</exception>
    public void Forward(ForwardBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        RequireKnownTokens(batch.Tokens);
        AdapterPass.Require(batch, this);
        float* logits = batch.ReserveLogits(Configuration.VocabularySize);
        int positions = 0;
        foreach (ref readonly ForwardBatch.Sequence sequence in batch.Sequences)
            positions = Math.Max(positions, sequence.Cache.Length + sequence.Count);

        _rotations.EnsurePositions(positions);
        _multiplier.Cancellation = cancellationToken;
        try
        {
            for (int row = 0; row < batch.TokenCount; row += PanelTokens)
            {
                _panel.Plan(batch, row, Math.Min(PanelTokens, batch.TokenCount - row));
                _adapters.Plan(batch, _panel.FirstRow, _panel.Rows);
                RunPanel(batch, logits, cancellationToken);
                _panel.AdvanceCaches(batch);
            }
        }
        finally
        {
            _multiplier.Cancellation = default;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _experts?.Dispose();
        _attention.Dispose();
        _work.Dispose();
        _adapters.Dispose();
        _multiplier.Dispose();
        _rotations.Dispose();
        foreach (WeightMatrix matrix in Weights)
            matrix.Dispose();

        _source.Dispose();
    }

    private void RequireKnownTokens(ReadOnlySpan<int> tokens)
    {
        foreach (int token in tokens)
        {
            if ((uint)token >= (uint)Configuration.VocabularySize)
            {
                throw new ArgumentException(
                    $"Token id {token} is not in the vocabulary of {Configuration.VocabularySize:N0} tokens.",
                    nameof(tokens));
            }
        }
    }

    private void RunPanel(ForwardBatch batch, float* logits, CancellationToken cancellationToken)
    {
        _embedding.Read(
            batch.Tokens.Slice(_panel.FirstRow, _panel.Rows), _panel, _work.Residual, new Span<float>(_work.Normed, Configuration.HiddenSize));
        Observe(-1, _work.Residual);
        AddAndNorm(null, NormWeights.None, _layers[0].AttentionNorm);
        for (int index = 0; index < _layers.Length; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            DecoderLayer layer = _layers[index];
            bool isLast = index == _layers.Length - 1;
            _attention.Run(index, layer.Attention, _panel, InputAfter(layer.AttentionNorm), _work.BlockOutput, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (isLast && _panel.LogitsCount == 0 && Observer is null && InputObserver is null)
                break;

            AddAndNorm(layer.Attention.Output.Bias, layer.AttentionPostNorm, layer.FeedForwardNorm);
            RunFeedForward(layer);
            NormWeights next = isLast ? _outputNorm : _layers[index + 1].AttentionNorm;
            AddAndNorm(layer.FeedForward?.Down.Bias ?? [], layer.FeedForwardPostNorm, next);
            Observe(index, _work.Residual);
        }

        Observe(_layers.Length, _work.Normed);
        ReadOnlySpan<int> logitsRows = batch.LogitsRows.Slice(_panel.FirstLogits, _panel.LogitsCount);
        cancellationToken.ThrowIfCancellationRequested();
        _head.Write(logitsRows, _panel.FirstRow, _work.Normed, logits + ((long)_panel.FirstLogits * Configuration.VocabularySize));
    }

    private void RunFeedForward(DecoderLayer layer)
    {
        float* x = InputAfter(layer.FeedForwardNorm);
        if (layer.Experts is { } experts)
            _experts!.Run(experts, x, _panel.Rows, _work.BlockOutput);
        else
            _feedForward.Run(layer.FeedForward!, x, _panel.Rows, _work.BlockOutput);
    }

    /// <summary>Where a block reads: the normed rows, or the residual stream itself where there is no norm.</summary>
    private float* InputAfter(NormWeights norm) => norm.IsNone ? _work.Residual : _work.Normed;

    /// <summary>Residual += scale · PostNorm(block output + bias) unless the bias is null, then normed = Norm(residual).</summary>
    private void AddAndNorm(float[]? blockBias, NormWeights postNorm, NormWeights norm)
    {
        fixed (float* bias = blockBias)
        fixed (float* postGain = postNorm.Gain)
        fixed (float* postBias = postNorm.Bias)
        fixed (float* gain = norm.Gain)
        fixed (float* normBias = norm.Bias)
        {
            var job = new ResidualNormJob
            {
                Residual = _work.Residual,
                BlockOutput = blockBias is null ? null : _work.BlockOutput,
                BlockBias = bias,
                PostGain = postGain,
                PostBias = postBias,
                Scale = Configuration.ResidualScale,
                Normed = _work.Normed,
                Gain = gain,
                Bias = normBias,
                Epsilon = Configuration.NormEpsilon,
                Rows = _panel.Rows,
                Width = Configuration.HiddenSize,
            };
            RowJob.Run(_team, _panel.Rows, &ResidualNormJob.Work, &job);
        }
    }

    private void Observe(int layer, float* rows) =>
        Observer?.Invoke(layer, _panel.FirstRow, new ReadOnlySpan<float>(rows, _panel.Rows * Configuration.HiddenSize));
}
