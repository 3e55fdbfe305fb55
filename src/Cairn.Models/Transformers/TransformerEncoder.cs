using Cairn.Models.Configuration;
using Cairn.Tensors;
using Cairn.Tensors.Attention;

namespace Cairn.Models.Transformers;

/// <summary>
/// An encoder of the BERT shape on the processor: x = LayerNorm(token + position + type embedding), then for each
/// layer x = LayerNorm(x + Attention(x)) and x = LayerNorm(x + Down(GELU(Up(x)))), GELU in its exact form.
/// </summary>
/// <remarks>
/// Devlin et al. 2018, arXiv:1810.04805. Sequences of different lengths run together without padding: only attention
/// tells them apart, so a sequence gives the same result alone and in any batch. Not thread-safe.
/// </remarks>
public sealed unsafe class TransformerEncoder : IDisposable
{
    private readonly ITensorSource _source;
    private readonly ThreadTeam _team;
    private readonly MatrixMultiplier _multiplier;
    private readonly BidirectionalAttention _attention;
    private readonly EmbeddingTable _tokenEmbeddings;
    private readonly EmbeddingTable _positionEmbeddings;
    private readonly EmbeddingTable _typeEmbeddings;
    private readonly NormWeights _embeddingNorm;
    private readonly EncoderLayer[] _layers;
    private EncoderWorkspace? _workspace;

    private TransformerEncoder(
        ITensorSource source, EncoderConfiguration configuration, TransformerOptions options, TensorLoader loader)
    {
        _source = source;
        _team = options.Team;
        Configuration = configuration;
        EncoderTensorNames names = configuration.TensorNames;
        int hidden = configuration.HiddenSize;
        _tokenEmbeddings = Table(names.TokenEmbedding, configuration.VocabularySize);
        _positionEmbeddings = Table(names.PositionEmbedding, configuration.ContextLength);
        _typeEmbeddings = Table(names.TokenTypeEmbedding, configuration.TokenTypeCount);
        _embeddingNorm = new NormWeights(
            loader.Vector(EncoderTensorNames.WeightOf(names.EmbeddingNorm), hidden),
            loader.Vector(EncoderTensorNames.BiasOf(names.EmbeddingNorm), hidden));
        _layers = new EncoderLayer[configuration.LayerCount];
        for (int layer = 0; layer < _layers.Length; layer++)
            _layers[layer] = EncoderLayer.Load(loader, configuration, layer);

        Weights = loader.Matrices;
        _multiplier = new MatrixMultiplier(_team);
        _attention = new BidirectionalAttention(_team, configuration.HeadCount, configuration.HeadDim);

        EmbeddingTable Table(string name, int rows) => loader.Table(EncoderTensorNames.WeightOf(name), rows, hidden);
    }

    /// <summary>Shape of the model.</summary>
    public EncoderConfiguration Configuration { get; }

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
        Embed(batch, hidden);
        foreach (EncoderLayer layer in _layers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RunAttention(layer, batch.Lengths, hidden, batch.TokenCount, _workspace);
            RunFeedForward(layer, hidden, batch.TokenCount, _workspace);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workspace?.Dispose();
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
            if (length > Configuration.ContextLength)
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

        foreach (int type in batch.TokenTypes)
        {
            if ((uint)type >= (uint)Configuration.TokenTypeCount)
            {
                throw new ArgumentException(
                    $"Token type {type} is not one of the {Configuration.TokenTypeCount} of the model.", nameof(batch));
            }
        }
    }

    private void Embed(EncoderBatch batch, float* hidden)
    {
        int width = Configuration.HiddenSize;
        float[] part = new float[width];
        long row = 0;
        foreach (int length in batch.Lengths)
        {
            for (int position = 0; position < length; position++, row++)
            {
                var target = new Span<float>(hidden + (row * width), width);
                _tokenEmbeddings.Read(batch.Tokens[(int)row], target);
                _positionEmbeddings.Read(position, part);
                RowJob.Add(target, part);
                _typeEmbeddings.Read(batch.TokenTypes[(int)row], part);
                RowJob.Add(target, part);
            }
        }

        AddAndNorm(hidden, null, [], _embeddingNorm, batch.TokenCount);
    }

    private void RunAttention(EncoderLayer layer, ReadOnlySpan<int> lengths, float* hidden, int rows, EncoderWorkspace work)
    {
        int width = Configuration.HiddenSize;
        int stride = 3 * width;
        _multiplier.Multiply(hidden, rows, width,
        [
            new MatrixProduct(layer.Query.Weights, work.Wide, stride),
            new MatrixProduct(layer.Key.Weights, work.Wide + width, stride),
            new MatrixProduct(layer.Value.Weights, work.Wide + (2 * width), stride),
        ]);
        AddBiases(layer, work.Wide, rows);
        _attention.Apply(lengths, work.Wide, work.Attended);
        _multiplier.Multiply(work.Attended, rows, width,
            [new MatrixProduct(layer.AttentionOutput.Weights, work.BlockOutput, width)]);
        AddAndNorm(hidden, work.BlockOutput, layer.AttentionOutput.Bias, layer.AttentionNorm, rows);
    }

    private void RunFeedForward(EncoderLayer layer, float* hidden, int rows, EncoderWorkspace work)
    {
        int intermediate = Configuration.IntermediateSize;
        _multiplier.Multiply(hidden, rows, Configuration.HiddenSize,
            [new MatrixProduct(layer.Up.Weights, work.Wide, intermediate)]);
        fixed (float* bias = layer.Up.Bias)
        {
            var job = new GeluJob { X = work.Wide, Bias = bias, Rows = rows, Width = intermediate };
            RowJob.Run(_team, rows, &GeluJob.Work, &job);
        }

        _multiplier.Multiply(work.Wide, rows, intermediate,
            [new MatrixProduct(layer.Down.Weights, work.BlockOutput, Configuration.HiddenSize)]);
        AddAndNorm(hidden, work.BlockOutput, layer.Down.Bias, layer.OutputNorm, rows);
    }

    private void AddBiases(EncoderLayer layer, float* rowsStart, int rows)
    {
        int width = Configuration.HiddenSize;
        fixed (float* query = layer.Query.Bias)
        fixed (float* key = layer.Key.Bias)
        fixed (float* value = layer.Value.Bias)
        {
            var job = new BiasJob { X = rowsStart, First = query, Second = key, Third = value, Rows = rows, Width = width };
            RowJob.Run(_team, rows, &BiasJob.Work, &job);
        }
    }

    /// <summary>hidden = LayerNorm(hidden + block output + bias).</summary>
    private void AddAndNorm(float* hidden, float* blockOutput, float[] bias, NormWeights norm, int rows)
    {
        fixed (float* biasPointer = bias)
        fixed (float* gain = norm.Gain)
        fixed (float* normBias = norm.Bias)
        {
            var job = new PostNormJob
            {
                Hidden = hidden,
                BlockOutput = blockOutput,
                Bias = biasPointer,
                Gain = gain,
                NormBias = normBias,
                Epsilon = Configuration.LayerNormEpsilon,
                Rows = rows,
                Width = norm.Gain.Length,
            };
            RowJob.Run(_team, rows, &PostNormJob.Work, &job);
        }
    }
}
