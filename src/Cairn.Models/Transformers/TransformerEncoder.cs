using Cairn.Models.Configuration;
using Cairn.Tensors;
using Cairn.Tensors.Attention;

namespace Cairn.Models.Transformers;

/// <summary>
/// An encoder on the processor. BERT's shape: x = LayerNorm(token + position + type embedding), then for each layer
/// x = LayerNorm(x + Attention(x)) and x = LayerNorm(x + FeedForward(x)). Families that norm the input of a block compute
/// x += Attention(LayerNorm(x)) and x += FeedForward(LayerNorm(x)), and norm the result.
/// </summary>
/// <remarks>
/// Devlin et al. 2018, arXiv:1810.04805; see <see cref="EncoderFamilies"/> for what the others do. Sequences of different
/// lengths run together without padding: only attention tells them apart, so a sequence gives the same result alone and
/// in any batch. Not thread-safe.
/// </remarks>
public sealed unsafe class TransformerEncoder : IDisposable
{
    private readonly ITensorSource _source;
    private readonly ThreadTeam _team;
    private readonly MatrixMultiplier _multiplier;
    private readonly BidirectionalAttention _attention;
    private readonly EmbeddingTable _tokenEmbeddings;
    private readonly EmbeddingTable? _positionEmbeddings;
    private readonly EmbeddingTable? _typeEmbeddings;
    private readonly RotaryEmbedding? _rope;
    private readonly RotaryEmbedding? _localRope;
    private readonly NormWeights _embeddingNorm;
    private readonly NormWeights _finalNorm;
    private readonly EncoderLayer[] _layers;
    private EncoderWorkspace? _workspace;

    private TransformerEncoder(
        ITensorSource source, EncoderConfiguration configuration, TransformerOptions options, TensorLoader loader)
    {
        _source = source;
        _team = options.Team;
        Configuration = configuration;
        var (family, names) = (configuration.Family, configuration.TensorNames);
        int hidden = configuration.HiddenSize;
        _tokenEmbeddings = Table(names.TokenEmbedding, configuration.VocabularySize);
        _positionEmbeddings = family.HasLearnedPositions ? Table(names.PositionEmbedding, configuration.ContextLength) : null;
        _typeEmbeddings = configuration.TokenTypeCount > 0 ? Table(names.TokenTypeEmbedding, configuration.TokenTypeCount) : null;
        _embeddingNorm = NormWeights.LoadLayerNorm(loader, names.EmbeddingNorm, hidden);
        _finalNorm = family.HasPreNorms ? NormWeights.LoadLayerNorm(loader, names.FinalNorm, hidden) : NormWeights.None;
        _layers = new EncoderLayer[configuration.LayerCount];
        for (int layer = 0; layer < _layers.Length; layer++)
            _layers[layer] = EncoderLayer.Load(loader, configuration, layer);

        Head = EncoderHead.Load(loader, configuration);
        Weights = loader.Matrices;
        _rope = Rope(configuration.RopeTheta);
        _localRope = Rope(configuration.LocalRopeTheta);
        _multiplier = new MatrixMultiplier(_team);
        _attention = new BidirectionalAttention(_team, configuration.HeadCount, configuration.HeadDim);

        EmbeddingTable Table(string name, int rows) => loader.Table(EncoderTensorNames.WeightOf(name), rows, hidden);

        RotaryEmbedding? Rope(float theta) =>
            theta == 0 ? null : new RotaryEmbedding(configuration.HeadDim, theta, linearFactor: 1, divisors: [], pairsHalves: true);
    }

    /// <summary>Shape of the model.</summary>
    public EncoderConfiguration Configuration { get; }

    /// <summary>The head of a classifier, or the pooler; null where the file has neither.</summary>
    public EncoderHead? Head { get; }

    /// <summary>Receives the hidden states, for tests and for looking inside the model.</summary>
    internal HiddenStateObserver? Observer { get; set; }

    /// <summary>All weight matrices with their kernels, for reports.</summary>
    public IReadOnlyList<WeightMatrix> Weights { get; }

    /// <summary>Loads an encoder.</summary>
    /// <param name="source">Open files; the encoder reads from them as long as it lives and disposes them with itself.</param>
    /// <param name="configuration">Shape and tensor names.</param>
    /// <param name="options">Threads and arithmetic.</param>
    /// <param name="cancellationToken">Looked at between tensors.</param>
    /// <exception cref="ModelFormatException">A tensor is missing or has another shape.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the source is still the caller's to dispose.</exception>
    public static TransformerEncoder Load(
        ITensorSource source,
        EncoderConfiguration configuration,
        TransformerOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(options);
        ActivationType activation =
            options.Activation == ActivationType.Int8 ? configuration.IntegerActivation : options.Activation;
        var loader = new TensorLoader(source, options, activation, cancellationToken);
        try
        {
            return new TransformerEncoder(source, configuration, options, loader);
        }
        catch
        {
            loader.DisposeMatrices();
            throw;
        }
    }

    /// <summary>Computes the last hidden states of all sequences of the batch.</summary>
    /// <param name="batch">Sequences; receives the result.</param>
    /// <param name="cancellationToken">Looked at between layers.</param>
    /// <exception cref="ArgumentException">A sequence is too long, or a token id or type is not in the model.</exception>
    public void Encode(EncoderBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.TokenCount == 0)
            return;

        Require(batch);
        if (_workspace is null || _workspace.Tokens < batch.TokenCount)
        {
            _workspace?.Dispose();
            _workspace = new EncoderWorkspace(Configuration, batch.TokenCount);
        }

        float* hidden = batch.ReserveHidden(Configuration.HiddenSize);
        Embed(batch, hidden, _workspace.Positions);
        Observe(-1, batch);
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Configuration.Family.HasPreNorms)
                RunPreNormLayer(layer, batch.Lengths, hidden, batch.TokenCount, _workspace);
            else
                RunPostNormLayer(layer, batch.Lengths, hidden, batch.TokenCount, _workspace);

            Observe(layer, batch);
        }

        if (_finalNorm.IsNone)
            return;

        AddAndNorm(hidden, null, [], _finalNorm, hidden, batch.TokenCount);
        Observe(_layers.Length, batch);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workspace?.Dispose();
        _rope?.Dispose();
        _localRope?.Dispose();
        _attention.Dispose();
        _multiplier.Dispose();
        foreach (WeightMatrix matrix in Weights)
            matrix.Dispose();

        _source.Dispose();
    }

    private void Require(EncoderBatch batch)
    {
        foreach (int length in batch.Lengths)
        {
            if (Configuration.Family.HasLearnedPositions && length > Configuration.ContextLength)
            {
                throw new ArgumentException(
                    $"A sequence has {length:N0} tokens; the model reads at most {Configuration.ContextLength:N0}.", nameof(batch));
            }
        }

        foreach (int token in batch.Tokens)
        {
            if ((uint)token >= (uint)Configuration.VocabularySize)
            {
                throw new ArgumentException(
                    $"Token id {token} is not in the vocabulary of {Configuration.VocabularySize:N0} tokens.", nameof(batch));
            }
        }

        int types = Math.Max(1, Configuration.TokenTypeCount);
        foreach (int type in batch.TokenTypes)
        {
            if ((uint)type >= (uint)types)
                throw new ArgumentException($"Token type {type} is not one of the {types} of the model.", nameof(batch));
        }
    }

    private void Observe(int layer, EncoderBatch batch)
    {
        if (Observer is not null)
            Observer(layer, 0, batch.AllHidden);
    }

    private void Embed(EncoderBatch batch, float* hidden, int[] positions)
    {
        int width = Configuration.HiddenSize;
        float[] part = new float[width];
        int row = 0;
        int longest = 0;
        foreach (int length in batch.Lengths)
        {
            longest = Math.Max(longest, length);
            for (int position = 0; position < length; position++, row++)
            {
                positions[row] = position;
                var target = new Span<float>(hidden + ((long)row * width), width);
                _tokenEmbeddings.Read(batch.Tokens[row], target);
                AddRow(_positionEmbeddings, position, target);
                AddRow(_typeEmbeddings, batch.TokenTypes[row], target);
            }
        }

        _rope?.EnsurePositions(longest);
        _localRope?.EnsurePositions(longest);
        AddAndNorm(hidden, null, [], _embeddingNorm, hidden, batch.TokenCount);

        void AddRow(EmbeddingTable? table, int index, Span<float> target)
        {
            if (table is not { } rows)
                return;

            rows.Read(index, part);
            RowJob.Add(target, part);
        }
    }

    private void RunPostNormLayer(int index, ReadOnlySpan<int> lengths, float* hidden, int rows, EncoderWorkspace work)
    {
        EncoderLayer layer = _layers[index];
        RunAttention(index, lengths, hidden, rows, work);
        AddAndNorm(hidden, work.BlockOutput, layer.AttentionOutput.Bias, layer.AttentionNorm, hidden, rows);
        RunFeedForward(layer, hidden, rows, work);
        AddAndNorm(hidden, work.BlockOutput, layer.Down.Bias, layer.FeedForwardNorm, hidden, rows);
    }

    private void RunPreNormLayer(int index, ReadOnlySpan<int> lengths, float* hidden, int rows, EncoderWorkspace work)
    {
        EncoderLayer layer = _layers[index];
        if (!layer.AttentionNorm.IsNone)
            AddAndNorm(hidden, null, [], layer.AttentionNorm, work.Attended, rows);

        RunAttention(index, lengths, layer.AttentionNorm.IsNone ? hidden : work.Attended, rows, work);
        AddAndNorm(hidden, work.BlockOutput, layer.AttentionOutput.Bias, layer.FeedForwardNorm, work.Attended, rows);
        RunFeedForward(layer, work.Attended, rows, work);
        AddAndNorm(hidden, work.BlockOutput, layer.Down.Bias, NormWeights.None, hidden, rows);
    }

    /// <summary>Block output = AttentionOutput(Attention(x)), without the last bias.</summary>
    private void RunAttention(int index, ReadOnlySpan<int> lengths, float* x, int rows, EncoderWorkspace work)
    {
        EncoderLayer layer = _layers[index];
        bool isLocal = Configuration.IsLocal(index);
        int width = Configuration.HiddenSize;
        int stride = 3 * width;
        _multiplier.Multiply(x, rows, width,
        [
            new MatrixProduct(layer.Query.Weights, work.Wide, stride),
            new MatrixProduct(layer.Key.Weights, work.Wide + width, stride),
            new MatrixProduct(layer.Value.Weights, work.Wide + (2 * width), stride),
        ]);
        AddBiasesAndRotate(layer, isLocal ? _localRope : _rope, rows, work);
        _attention.Apply(lengths, work.Wide, work.Attended, isLocal ? Configuration.LocalReach : int.MaxValue);
        _multiplier.Multiply(work.Attended, rows, width,
            [new MatrixProduct(layer.AttentionOutput.Weights, work.BlockOutput, width)]);
    }

    /// <summary>Block output = Down(activation), without the last bias.</summary>
    private void RunFeedForward(EncoderLayer layer, float* x, int rows, EncoderWorkspace work)
    {
        var (hidden, intermediate) = (Configuration.HiddenSize, Configuration.IntermediateSize);
        var up = new MatrixProduct(layer.Up.Weights, work.Wide, intermediate);
        _multiplier.Multiply(x, rows, hidden, layer.Gate is null
            ? [up]
            : [up, new MatrixProduct(layer.Gate.Weights, work.Gate, intermediate)]);
        fixed (float* upBias = layer.Up.Bias)
        fixed (float* gateBias = layer.Gate?.Bias)
        {
            var job = new EncoderGateJob
            {
                Up = work.Wide,
                Gate = work.Gate,
                UpBias = upBias,
                GateBias = gateBias,
                Kind = Configuration.Family.FeedForward,
                Rows = rows,
                Width = intermediate,
            };
            RowJob.Run(_team, rows, &EncoderGateJob.Work, &job);
        }

        _multiplier.Multiply(work.Wide, rows, intermediate, [new MatrixProduct(layer.Down.Weights, work.BlockOutput, hidden)]);
    }

    private void AddBiasesAndRotate(EncoderLayer layer, RotaryEmbedding? rope, int rows, EncoderWorkspace work)
    {
        fixed (float* query = layer.Query.Bias)
        fixed (float* key = layer.Key.Bias)
        fixed (float* value = layer.Value.Bias)
        fixed (int* positions = work.Positions)
        {
            var job = new EncoderInputJob
            {
                X = work.Wide,
                QueryBias = query,
                KeyBias = key,
                ValueBias = value,
                HasRope = rope is not null,
                Rope = rope?.View ?? default,
                Positions = positions,
                HeadDim = Configuration.HeadDim,
                Rows = rows,
                Width = Configuration.HiddenSize,
            };
            RowJob.Run(_team, rows, &EncoderInputJob.Work, &job);
        }
    }

    /// <summary>hidden += block output + bias; target = LayerNorm(hidden), where there is a norm.</summary>
    private void AddAndNorm(float* hidden, float* blockOutput, float[] bias, NormWeights norm, float* target, int rows)
    {
        fixed (float* biasPointer = bias)
        fixed (float* gain = norm.Gain)
        fixed (float* normBias = norm.Bias)
        {
            var job = new EncoderNormJob
            {
                Hidden = hidden,
                Target = target,
                BlockOutput = blockOutput,
                Bias = biasPointer,
                Gain = gain,
                NormBias = normBias,
                Epsilon = Configuration.LayerNormEpsilon,
                Rows = rows,
                Width = Configuration.HiddenSize,
            };
            RowJob.Run(_team, rows, &EncoderNormJob.Work, &job);
        }
    }
}
