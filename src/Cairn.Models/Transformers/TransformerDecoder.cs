using System.Runtime.CompilerServices;
using Cairn.Models.Adapters;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Tensors;
using Cairn.Tensors.Attention;

namespace Cairn.Models.Transformers;

/// <summary>
/// A decoder of the llama shape on the processor: x += Attention(RmsNorm(x)); x += Down(SiLU(Gate(x')) · Up(x')) with
/// x' = RmsNorm(x), for each layer; logits = Output(RmsNorm(x)).
/// </summary>
/// <remarks>
/// Touvron et al. 2023, arXiv:2302.13971. Prefill and decode are the same pass. Tokens run through all layers in
/// panels of up to <see cref="PanelTokens"/>, so activations stay in cache; results do not depend on how a prompt is
/// split, on other sequences of the batch or on the number of threads, beyond float rounding. Not thread-safe.
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
    private readonly DecoderWorkspace _workspace;
    private readonly RotaryEmbedding _rope;
    private readonly GroupedQueryAttention _attention;
    private readonly KvBlockLayout _layout;
    private readonly DecoderLayer[] _layers;
    private readonly EmbeddingTable _embeddings;
    private readonly float[] _outputNorm;
    private readonly Projection _output;
    private AttentionSegment[] _segments = new AttentionSegment[4];

    private TransformerDecoder(
        ITensorSource source, DecoderConfiguration configuration, TransformerOptions options, TensorLoader loader)
    {
        _source = source;
        _team = options.Team;
        Configuration = configuration;
        DecoderTensorNames names = configuration.TensorNames;
        if (configuration.HasTiedOutput)
        {
            _output = new Projection(0, loader.Matrix(names.TokenEmbedding, configuration.VocabularySize, configuration.HiddenSize), []);
            _embeddings = new EmbeddingTable(_output.Weights);
        }
        else
        {
            _output = new Projection(0, loader.Matrix(names.Output, configuration.VocabularySize, configuration.HiddenSize), []);
            _embeddings = loader.Table(names.TokenEmbedding, configuration.VocabularySize, configuration.HiddenSize);
        }

        _layers = new DecoderLayer[configuration.LayerCount];
        for (int layer = 0; layer < _layers.Length; layer++)
            _layers[layer] = DecoderLayer.Load(loader, configuration, layer);

        _outputNorm = loader.Vector(names.OutputNorm, configuration.HiddenSize);
        Weights = loader.Matrices;
        _layout = new KvBlockLayout(
            configuration.HeadDim, options.Activation == ActivationType.Float32 ? KvElementType.F32 : KvElementType.F16);
        RopeParameters rope = RequireLlama(configuration);
        _rope = new RotaryEmbedding(
            rope.Dimension,
            rope.Theta,
            rope.Scaling is LinearRopeScaling linear ? linear.Factor : 1,
            loader.OptionalVector(names.RopeDivisors, rope.Dimension / 2),
            rope.Pairing == RopePairing.Halves);
        _multiplier = new MatrixMultiplier(_team);
        _adapters = new AdapterPass(_team, _multiplier);
        _maps = new LinearMaps(_multiplier, _adapters);
        _workspace = new DecoderWorkspace(configuration, PanelTokens);
        _attention = new GroupedQueryAttention(_team, configuration.HeadCount, configuration.KvHeadCount, _layout);
    }

    /// <inheritdoc/>
    public DecoderConfiguration Configuration { get; }

    /// <summary>All weight matrices with their kernels, for reports.</summary>
    public IReadOnlyList<WeightMatrix> Weights { get; }

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
    public KvCache CreateCache(int contextLength) =>
        new(_layout, Configuration.LayerCount, Configuration.KvHeadCount, contextLength);

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
        {
            sequence.Cache.Reserve(sequence.Cache.Length + sequence.Count);
            positions = Math.Max(positions, sequence.Cache.Length + sequence.Count);
        }

        _rope.EnsurePositions(positions);
        for (int row = 0; row < batch.TokenCount; row += PanelTokens)
            RunPanel(batch, row, Math.Min(PanelTokens, batch.TokenCount - row), logits, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _attention.Dispose();
        _workspace.Dispose();
        _adapters.Dispose();
        _multiplier.Dispose();
        _rope.Dispose();
        foreach (WeightMatrix matrix in Weights)
            matrix.Dispose();

        _source.Dispose();
    }

    private RopeParameters RequireLlama(DecoderConfiguration configuration)
    {
        bool isLlama = configuration.Family == DecoderFamilies.Llama && configuration is { ExpertCount: 0, SlidingWindow: 0 }
            && configuration.Rope!.Scaling is not YarnRopeScaling and not LongRopeScaling;
        return isLlama ? configuration.Rope! : throw new ModelFormatException(
            ModelFormatError.Unsupported, _source.Path, "the computation of this model is not complete yet", "a llama model",
            $"'{configuration.Architecture}'");
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

    private void RunPanel(
        ForwardBatch batch, int firstRow, int rows, float* logits, CancellationToken cancellationToken)
    {
        ReadOnlySpan<AttentionSegment> segments = PlanSegments(batch, firstRow, rows);
        int hidden = Configuration.HiddenSize;
        for (int row = 0; row < rows; row++)
            _embeddings.Read(batch.Tokens[firstRow + row], new Span<float>(_workspace.Residual + ((long)row * hidden), hidden));

        _adapters.Plan(batch, firstRow, rows);
        if (_adapters.IsActive)
            _adapters.ApplyToEmbeddings(batch.Tokens.Slice(firstRow, rows), _workspace.Residual, hidden);

        Observer?.Invoke(-1, firstRow, new ReadOnlySpan<float>(_workspace.Residual, rows * hidden));
        (int firstLogits, int logitsCount) = FindLogits(batch.LogitsRows, firstRow, rows);
        AddAndNorm(rows, addBlockOutput: false, _layers[0].AttentionNorm);
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool isLast = layer == _layers.Length - 1;
            RunAttention(layer, rows, segments);
            if (isLast && logitsCount == 0 && Observer is null)
                break;

            AddAndNorm(rows, addBlockOutput: true, _layers[layer].FeedForwardNorm);
            RunFeedForward(_layers[layer], rows);
            AddAndNorm(rows, addBlockOutput: true, isLast ? _outputNorm : _layers[layer + 1].AttentionNorm);
            Observer?.Invoke(layer, firstRow, new ReadOnlySpan<float>(_workspace.Residual, rows * hidden));
        }

        Observer?.Invoke(_layers.Length, firstRow, new ReadOnlySpan<float>(_workspace.Normed, rows * hidden));
        WriteLogits(batch.LogitsRows.Slice(firstLogits, logitsCount), firstRow, logits + ((long)firstLogits * Configuration.VocabularySize));
        AdvanceCaches(batch, firstRow, rows);
    }

    /// <summary>The parts of the batch's sequences that lie in a panel; the layer offset is filled in later.</summary>
    private ReadOnlySpan<AttentionSegment> PlanSegments(ForwardBatch batch, int firstRow, int rows)
    {
        int count = 0;
        foreach (ref readonly ForwardBatch.Sequence sequence in batch.Sequences)
        {
            int start = Math.Max(sequence.FirstRow, firstRow);
            int end = Math.Min(sequence.FirstRow + sequence.Count, firstRow + rows);
            if (start >= end)
                continue;

            if (count == _segments.Length)
                Array.Resize(ref _segments, 2 * count);

            _segments[count++] = new AttentionSegment(
                sequence.Cache.Blocks, sequence.Cache.Length, start - firstRow, end - start);
        }

        return _segments.AsSpan(0, count);
    }

    private static (int First, int Count) FindLogits(ReadOnlySpan<int> logitsRows, int firstRow, int rows)
    {
        int first = 0;
        while (first < logitsRows.Length && logitsRows[first] < firstRow)
            first++;

        int end = first;
        while (end < logitsRows.Length && logitsRows[end] < firstRow + rows)
            end++;

        return (first, end - first);
    }

    private void RunAttention(int index, int rows, ReadOnlySpan<AttentionSegment> segments)
    {
        DecoderLayer layer = _layers[index];
        DecoderWorkspace work = _workspace;
        float* queries = work.QueriesKeysValues;
        float* keys = queries + Configuration.QuerySize;
        float* values = keys + Configuration.KeyValueSize;
        int stride = work.AttentionWidth;
        _maps.Apply(work.Normed, rows, Configuration.HiddenSize,
        [
            new MapOutput(layer.Query, queries, stride),
            new MapOutput(layer.Key, keys, stride),
            new MapOutput(layer.Value, values, stride),
        ]);
        long layerOffset = index * Configuration.KvHeadCount * _layout.HeadBytes;
        foreach (ref readonly AttentionSegment segment in segments)
            RotateAndStore(layer, segment, layerOffset);

        _attention.Apply(
            segments, layerOffset, queries, stride, work.Attended, Configuration.QuerySize, AttentionRule.Plain(Configuration.HeadDim));
        _maps.Apply(work.Attended, rows, Configuration.QuerySize,
            [new MapOutput(layer.AttentionOutput, work.BlockOutput, Configuration.HiddenSize)]);
        AddBias(layer.AttentionOutput.Bias, work.BlockOutput, rows);
    }

    private void RunFeedForward(DecoderLayer layer, int rows)
    {
        DecoderWorkspace work = _workspace;
        int intermediate = Configuration.IntermediateSize;
        _maps.Apply(work.Normed, rows, Configuration.HiddenSize,
        [
            new MapOutput(layer.Gate, work.Gate, intermediate),
            new MapOutput(layer.Up, work.Up, intermediate),
        ]);
        fixed (float* gateBias = layer.Gate.Bias)
        fixed (float* upBias = layer.Up.Bias)
        {
            var job = new SwiGluJob
            {
                Gate = work.Gate,
                Up = work.Up,
                GateBias = gateBias,
                UpBias = upBias,
                Rows = rows,
                Width = intermediate,
            };
            RowJob.Run(_team, rows, &SwiGluJob.Work, &job);
        }

        _maps.Apply(work.Gate, rows, intermediate,
            [new MapOutput(layer.Down, work.BlockOutput, Configuration.HiddenSize)]);
        AddBias(layer.Down.Bias, work.BlockOutput, rows);
    }

    private static void AddBias(float[] bias, float* x, int rows)
    {
        fixed (float* biasPointer = bias)
        {
            for (int row = 0; row < rows && bias.Length > 0; row++)
                RowJob.AddBias(x + ((long)row * bias.Length), biasPointer, bias.Length);
        }
    }

    private void WriteLogits(ReadOnlySpan<int> logitsRows, int firstRow, float* logits)
    {
        if (logitsRows.IsEmpty)
            return;

        // Rows that ask are moved together; they never move down, so none is overwritten before it is read.
        int hidden = Configuration.HiddenSize;
        float* normed = _workspace.Normed;
        for (int i = 0; i < logitsRows.Length; i++)
        {
            int row = logitsRows[i] - firstRow;
            if (row != i)
                Unsafe.CopyBlock(normed + ((long)i * hidden), normed + ((long)row * hidden), (uint)hidden * sizeof(float));
        }

        _adapters.PlanLogits(logitsRows, firstRow);
        _maps.ApplyOutput(normed, logitsRows.Length, hidden, new MapOutput(_output, logits, Configuration.VocabularySize));
    }

    private static void AdvanceCaches(ForwardBatch batch, int firstRow, int rows)
    {
        foreach (ref readonly ForwardBatch.Sequence sequence in batch.Sequences)
        {
            int start = Math.Max(sequence.FirstRow, firstRow);
            int end = Math.Min(sequence.FirstRow + sequence.Count, firstRow + rows);
            if (start < end)
                sequence.Cache.Advance(end - start);
        }
    }

    /// <summary>Residual += block output (if asked), then normed = RmsNorm(residual).</summary>
    private void AddAndNorm(int rows, bool addBlockOutput, float[] gain)
    {
        fixed (float* gainPointer = gain)
        {
            var job = new ResidualNormJob
            {
                Residual = _workspace.Residual,
                BlockOutput = addBlockOutput ? _workspace.BlockOutput : null,
                Normed = _workspace.Normed,
                Gain = gainPointer,
                Epsilon = Configuration.NormEpsilon,
                Rows = rows,
                Width = gain.Length,
            };
            RowJob.Run(_team, rows, &ResidualNormJob.Work, &job);
        }
    }

    /// <summary>Adds biases, turns queries and keys to their positions and puts keys and values into the cache.</summary>
    private void RotateAndStore(DecoderLayer layer, in AttentionSegment segment, long layerOffset)
    {
        fixed (float* queryBias = layer.Query.Bias)
        fixed (float* keyBias = layer.Key.Bias)
        fixed (float* valueBias = layer.Value.Bias)
        {
            var job = new RotateAndStoreJob
            {
                Rows = _workspace.QueriesKeysValues + ((long)segment.FirstRow * _workspace.AttentionWidth),
                Stride = _workspace.AttentionWidth,
                QuerySize = Configuration.QuerySize,
                KeyValueSize = Configuration.KeyValueSize,
                QueryBias = queryBias,
                KeyBias = keyBias,
                ValueBias = valueBias,
                Layout = _layout,
                Segment = segment,
                LayerOffset = layerOffset,
                Rope = _rope.View,
            };
            RowJob.Run(_team, segment.Tokens, &RotateAndStoreJob.Work, &job);
        }
    }
}
