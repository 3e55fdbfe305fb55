using System.Runtime.InteropServices;
using Cairn.Models.Adapters;
using Cairn.Models.Transformers;

namespace Cairn.Inference;

/// <summary>
/// The cache of the last sequence and its tokens. A new prompt reuses the longest prefix that it shares with them, so a
/// chat that grows by a turn computes that turn only.
/// </summary>
/// <remarks>Not thread-safe. A cancelled call keeps what was complete.</remarks>
/// <param name="transformer">The engine.</param>
/// <param name="contextLength">Most tokens.</param>
/// <param name="adapters">Adapters until a start names others; null for the base model alone.</param>
internal sealed class DecodingSession(ITransformer transformer, int contextLength, AdapterSet? adapters = null) : IDisposable
{
    private readonly ForwardBatch _batch = new();
    private readonly KvCache _cache = transformer.CreateCache(contextLength);
    private readonly List<int> _tokens = [];
    private AdapterSet _adapters = adapters ?? AdapterSet.Empty;

    /// <summary>Tokens that the last start found in the cache.</summary>
    public int ReusedTokens { get; private set; }

    /// <summary>Tokens in the cache.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>Makes the cache hold exactly <paramref name="prompt"/>, as these adapters compute it.</summary>
    /// <returns>Logits after its last token, writable, valid until the next call.</returns>
    /// <param name="prompt">At least one token.</param>
    /// <param name="adapters">Adapters that compute it.</param>
    /// <param name="progress">Receives the share of the prompt that is in the cache.</param>
    /// <param name="cancellationToken">Stops; the panels that were complete stay, and a later start finds them.</param>
    public Span<float> Start(
        ReadOnlySpan<int> prompt, AdapterSet adapters, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        // Keys and values of other adapters are those of another model. The last token is always computed: the cache
        // has no logits.
        int reused = _adapters.Equals(adapters) ? Math.Min(Tokens.CommonPrefixLength(prompt), prompt.Length - 1) : 0;
        _adapters = adapters;
        if (!_cache.CanTruncate(reused))
            reused = 0; // the sliding layers have let go of what the next token sees

        Truncate(reused);
        _cache.Trim(); // a long text that is gone should not keep its memory
        ReusedTokens = reused;
        progress?.Report((double)reused / prompt.Length);
        for (; prompt.Length - reused > TransformerDecoder.PanelTokens; reused += TransformerDecoder.PanelTokens)
        {
            Forward(prompt.Slice(reused, TransformerDecoder.PanelTokens), LogitsRows.None, cancellationToken);
            progress?.Report((double)_cache.Length / prompt.Length);
        }

        Span<float> logits = Append(prompt[reused..], cancellationToken);
        progress?.Report(1);
        return logits;
    }

    /// <summary>Makes the cache hold exactly <paramref name="prompt"/>, with the adapters of before.</summary>
    /// <returns>Logits after its last token, writable, valid until the next call.</returns>
    public Span<float> Start(ReadOnlySpan<int> prompt, CancellationToken cancellationToken) =>
        Start(prompt, _adapters, progress: null, cancellationToken);

    /// <summary>Adds tokens.</summary>
    /// <returns>Logits after the last of them, writable, valid until the next call.</returns>
    public Span<float> Append(ReadOnlySpan<int> tokens, CancellationToken cancellationToken)
    {
        while (tokens.Length > TransformerDecoder.PanelTokens)
        {
            Forward(tokens[..TransformerDecoder.PanelTokens], LogitsRows.None, cancellationToken);
            tokens = tokens[TransformerDecoder.PanelTokens..];
        }

        Forward(tokens, LogitsRows.Last, cancellationToken);
        return _batch.GetLogits(0);
    }

    /// <summary>Adds tokens and gives the batch, which has logits after every one of them.</summary>
    public ForwardBatch AppendAll(ReadOnlySpan<int> tokens, CancellationToken cancellationToken)
    {
        Forward(tokens, LogitsRows.All, cancellationToken);
        return _batch;
    }

    /// <summary>Makes the cache hold exactly <paramref name="prefix"/>, which it began with, for the tokens to be added next.</summary>
    public void Return(ReadOnlySpan<int> prefix, CancellationToken cancellationToken)
    {
        if (_cache.CanTruncate(prefix.Length))
            Truncate(prefix.Length);
        else
            Start(prefix, cancellationToken);
    }

    /// <summary>Forgets the tokens from <paramref name="length"/> on.</summary>
    /// <exception cref="InvalidOperationException">More than the cache can take back.</exception>
    public void Truncate(int length)
    {
        _cache.Truncate(length);
        _tokens.RemoveRange(length, _tokens.Count - length);
    }

    public void Dispose()
    {
        _batch.Dispose();
        _cache.Dispose();
    }

    private void Forward(ReadOnlySpan<int> tokens, LogitsRows logits, CancellationToken cancellationToken)
    {
        _batch.Clear();
        _batch.Add(_cache, tokens, logits, _adapters);
        transformer.Forward(_batch, cancellationToken);
        _tokens.AddRange(tokens);
    }
}
