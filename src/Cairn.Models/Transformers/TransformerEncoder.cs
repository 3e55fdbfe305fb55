using System.Runtime.InteropServices;
using Cairn.Models.Configuration;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>
/// An encoder on the processor. BERT's shape: x = LayerNorm(token + position + type embedding), then for each layer
/// x = LayerNorm(x + Attention(x)) and x = LayerNorm(x + FeedForward(x)). Families that norm the input of a block compute
/// x += Attention(LayerNorm(x)) and x += FeedForward(LayerNorm(x)), and norm the result.
/// </summary>
/// <remarks>
/// Devlin et al. 2018, arXiv:1810.04805; see <see cref="EncoderFamilies"/> for what the others do. Sequences of different
/// lengths run together without padding: only attention tells them apart, so a sequence gives the same result alone and
/// in any batch. Where a batch can be dealt out evenly, every worker takes whole slices of it and runs them alone, so that
/// nothing is handed from core to core; otherwise the workers share every product. The result is the same. Not thread-safe.
/// </remarks>
public sealed class TransformerEncoder : IDisposable
{
    // Activations of a slice stay in the caches of whoever runs it.
    private const int TokensOfTeam = 512;
    private const int TokensOfWorker = 128;

    private readonly ITensorSource _source;
    private readonly ThreadTeam _team;
    private readonly EncoderWeights _weights;
    private readonly EncoderPass _teamPass;
    private readonly ThreadTeam[] _workers; // each of the team's workers as a team of its own
    private readonly EncoderPass?[] _workerPasses; // created when a worker first takes a slice
    private readonly List<EncoderSlice> _slices = [];

    private TransformerEncoder(ITensorSource source, EncoderWeights weights, ThreadTeam team)
    {
        _source = source;
        _team = team;
        _weights = weights;
        _teamPass = new EncoderPass(weights, team);
        _workers = [.. Enumerable.Range(0, team.ThreadCount).Select(_ => new ThreadTeam(1))];
        _workerPasses = new EncoderPass?[team.ThreadCount];
    }

    /// <summary>Shape of the model.</summary>
    public EncoderConfiguration Configuration => _weights.Configuration;

    /// <summary>The head of a classifier, or the pooler; null where the file has neither.</summary>
    public EncoderHead? Head => _weights.Head;

    /// <summary>Receives the hidden states, for tests and for looking inside the model.</summary>
    internal HiddenStateObserver? Observer { get; set; }

    /// <summary>All weight matrices with their kernels, for reports.</summary>
    public IReadOnlyList<WeightMatrix> Weights => _weights.Matrices;

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
            return new TransformerEncoder(source, new EncoderWeights(configuration, loader), options.Team);
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
        batch.ReserveHidden(Configuration.HiddenSize);
        foreach (int length in batch.Lengths)
        {
            _weights.Rope?.EnsurePositions(length);
            _weights.LocalRope?.EnsurePositions(length);
        }

        EncoderSlice.Cut(batch.Lengths, TokensOfWorker, _slices);
        if (Observer is null && _team.ThreadCount > 1 && EncoderSlice.CanBeShared(_slices, _team.ThreadCount))
        {
            DealOut(batch, cancellationToken);
            return;
        }

        EncoderSlice.Cut(batch.Lengths, TokensOfTeam, _slices);
        foreach (EncoderSlice slice in _slices)
            _teamPass.Run(batch, slice, Observer, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _teamPass.Dispose();
        foreach (EncoderPass? pass in _workerPasses)
            pass?.Dispose();

        foreach (ThreadTeam worker in _workers)
            worker.Dispose();

        _weights.Dispose();
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

    private unsafe void DealOut(EncoderBatch batch, CancellationToken cancellationToken)
    {
        var work = new SharedSlices(batch, _slices, Worker, cancellationToken);
        GCHandle handle = GCHandle.Alloc(work);
        try
        {
            _team.RunShared(&SharedSlices.Work, (void*)GCHandle.ToIntPtr(handle));
        }
        finally
        {
            handle.Free();
        }
    }

    private EncoderPass Worker(int worker) => _workerPasses[worker] ??= new EncoderPass(_weights, _workers[worker]);
}
