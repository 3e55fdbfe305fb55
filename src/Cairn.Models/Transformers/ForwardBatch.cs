using System.Runtime.InteropServices;
using Cairn.Models.Adapters;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>
/// Input and result of one forward pass: tokens of one or more sequences, each continuing its own cache. Reuse one
/// batch for many passes: in a steady state it allocates nothing.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed unsafe class ForwardBatch : IDisposable
{
    private readonly List<int> _tokens = [];
    private readonly List<int> _logitsRows = [];
    private readonly List<Sequence> _sequences = [];
    private AlignedMemory<float> _logits = new(0);
    private int _vocabularySize;

    /// <summary>Tokens added.</summary>
    public int TokenCount => _tokens.Count;

    /// <summary>Tokens that get logits.</summary>
    public int LogitsCount => _logitsRows.Count;

    internal ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    internal ReadOnlySpan<int> LogitsRows => CollectionsMarshal.AsSpan(_logitsRows);

    internal ReadOnlySpan<Sequence> Sequences => CollectionsMarshal.AsSpan(_sequences);

    /// <summary>Removes all tokens.</summary>
    public void Clear()
    {
        _tokens.Clear();
        _logitsRows.Clear();
        _sequences.Clear();
    }

    /// <summary>Adds the next tokens of a sequence.</summary>
    /// <param name="cache">Cache of the sequence; a batch holds each cache at most once.</param>
    /// <param name="tokens">Token ids that follow what the cache holds.</param>
    /// <param name="logits">Which of them get logits.</param>
    /// <param name="adapters">Adapters of the sequence; null for the base model alone.</param>
    /// <exception cref="ArgumentException">
    /// The tokens do not fit, are none, or the sequence is in the batch already; or the cache holds keys and values that
    /// other adapters computed.
    /// </exception>
    public void Add(KvCache cache, ReadOnlySpan<int> tokens, LogitsRows logits, AdapterSet? adapters = null)
    {
        ArgumentNullException.ThrowIfNull(cache);
        adapters ??= AdapterSet.Empty;
        if (tokens.IsEmpty)
            throw new ArgumentException("No tokens to add.", nameof(tokens));

        if (tokens.Length > cache.ContextLength - cache.Length)
        {
            throw new ArgumentException(
                $"{tokens.Length:N0} tokens do not fit: the cache holds {cache.Length:N0} of at most {cache.ContextLength:N0}.",
                nameof(tokens));
        }

        foreach (ref readonly Sequence sequence in Sequences)
        {
            if (ReferenceEquals(sequence.Cache, cache))
                throw new ArgumentException("The sequence of this cache is in the batch already.", nameof(cache));
        }

        cache.RequireAdapters(adapters);
        int firstRow = _tokens.Count;
        _sequences.Add(new Sequence(cache, firstRow, tokens.Length, adapters));
        _tokens.AddRange(tokens);
        int firstLogits = logits switch
        {
            Transformers.LogitsRows.None => tokens.Length,
            Transformers.LogitsRows.Last => tokens.Length - 1,
            _ => 0,
        };
        for (int i = firstLogits; i < tokens.Length; i++)
            _logitsRows.Add(firstRow + i);
    }

    /// <summary>Logits of the <paramref name="index"/>-th token that asked for them, in the order of adding.</summary>
    /// <returns>[vocabulary]; writable, so that samplers can work in place. Valid until the next forward pass.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No forward pass has computed such logits.</exception>
    public Span<float> GetLogits(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _logitsRows.Count);
        return _logits.Span((long)index * _vocabularySize, _vocabularySize);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clear();
        _logits.Dispose();
    }

    /// <summary>Makes room for the logits and returns their start, [logits count, vocabulary].</summary>
    internal float* ReserveLogits(int vocabularySize)
    {
        _vocabularySize = vocabularySize;
        long length = (long)_logitsRows.Count * vocabularySize;
        if (_logits.Length < length)
        {
            _logits.Dispose();
            _logits = new AlignedMemory<float>(length, zeroed: false);
        }

        return _logits.Pointer;
    }

    internal readonly record struct Sequence(KvCache Cache, int FirstRow, int Count, AdapterSet Adapters);
}
