using System.Numerics.Tensors;
using Cairn.Models.Adapters;
using Cairn.Models.Transformers;

namespace Cairn.Inference.Benchmarks;

/// <summary>Sequences that decode greedily in step, each from a cache of its own.</summary>
/// <param name="transformer">The engine.</param>
/// <param name="count">Sequences.</param>
/// <param name="contextLength">Most tokens of each.</param>
/// <param name="adapters">Adapters of all of them.</param>
internal sealed class SequenceGroup(ITransformer transformer, int count, int contextLength, AdapterSet adapters) : IDisposable
{
    private readonly ForwardBatch _batch = new();
    private readonly int[] _next = new int[count];
    private readonly KvCache[] _caches = [.. Enumerable.Range(0, count).Select(_ => transformer.CreateCache(contextLength))];

    /// <summary>Sequences.</summary>
    public int Count => _caches.Length;

    /// <summary>Tokens in the cache of a sequence.</summary>
    public int DepthOf(int sequence) => _caches[sequence].Length;

    /// <summary>Adds tokens to a sequence, in panels, and picks the one that follows.</summary>
    public void Append(int sequence, ReadOnlySpan<int> tokens, CancellationToken cancellationToken)
    {
        const int Panel = TransformerDecoder.PanelTokens;
        for (; tokens.Length > Panel; tokens = tokens[Panel..])
            Forward(tokens[..Panel], LogitsRows.None);

        Forward(tokens, LogitsRows.Last);
        _next[sequence] = TensorPrimitives.IndexOfMax<float>(_batch.GetLogits(0));

        void Forward(ReadOnlySpan<int> panel, LogitsRows logits)
        {
            _batch.Clear();
            _batch.Add(_caches[sequence], panel, logits, adapters);
            transformer.Forward(_batch, cancellationToken);
        }
    }

    /// <summary>Forgets the tokens of a sequence from <paramref name="depth"/> on, or all where the cache cannot go back that far.</summary>
    public void Truncate(int sequence, int depth)
    {
        KvCache cache = _caches[sequence];
        cache.Truncate(cache.CanTruncate(depth) ? depth : 0);
    }

    /// <summary>Decodes one token of every sequence.</summary>
    public void Step(CancellationToken cancellationToken)
    {
        _batch.Clear();
        for (int i = 0; i < _caches.Length; i++)
            _batch.Add(_caches[i], _next.AsSpan(i, 1), LogitsRows.Last, adapters);

        transformer.Forward(_batch, cancellationToken);
        for (int i = 0; i < _caches.Length; i++)
            _next[i] = TensorPrimitives.IndexOfMax<float>(_batch.GetLogits(i));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        foreach (KvCache cache in _caches)
            cache.Dispose();
    }
}
