using System.Runtime.InteropServices;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>
/// Input and result of one encoder pass: sequences of any lengths, one after the other. Reuse one batch for many
/// passes.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed unsafe class EncoderBatch : IDisposable
{
    private readonly List<int> _tokens = [];
    private readonly List<int> _tokenTypes = [];
    private readonly List<int> _lengths = [];
    private readonly List<int> _firstRows = [];
    private AlignedMemory<float> _hidden = new(0);
    private int _hiddenSize;

    /// <summary>Tokens of all sequences together.</summary>
    public int TokenCount => _tokens.Count;

    /// <summary>Sequences added.</summary>
    public int SequenceCount => _lengths.Count;

    internal ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    internal ReadOnlySpan<int> TokenTypes => CollectionsMarshal.AsSpan(_tokenTypes);

    internal ReadOnlySpan<int> Lengths => CollectionsMarshal.AsSpan(_lengths);

    /// <summary>Removes all sequences.</summary>
    public void Clear()
    {
        _tokens.Clear();
        _tokenTypes.Clear();
        _lengths.Clear();
        _firstRows.Clear();
    }

    /// <summary>Adds a sequence.</summary>
    /// <param name="tokens">Token ids, special tokens included.</param>
    /// <param name="tokenTypes">Type of each token, or empty for type 0 everywhere.</param>
    /// <exception cref="ArgumentException">There are no tokens, or the number of types is another.</exception>
    public void Add(ReadOnlySpan<int> tokens, ReadOnlySpan<int> tokenTypes = default)
    {
        if (tokens.IsEmpty)
            throw new ArgumentException("No tokens to encode.", nameof(tokens));

        if (!tokenTypes.IsEmpty && tokenTypes.Length != tokens.Length)
        {
            throw new ArgumentException(
                $"{tokenTypes.Length:N0} token types given for {tokens.Length:N0} tokens.", nameof(tokenTypes));
        }

        _firstRows.Add(_tokens.Count);
        _lengths.Add(tokens.Length);
        _tokens.AddRange(tokens);
        if (!tokenTypes.IsEmpty)
        {
            _tokenTypes.AddRange(tokenTypes);
            return;
        }

        CollectionsMarshal.SetCount(_tokenTypes, _tokens.Count);
        CollectionsMarshal.AsSpan(_tokenTypes)[^tokens.Length..].Clear();
    }

    /// <summary>Tokens of one sequence.</summary>
    public int GetLength(int sequence) => _lengths[sequence];

    /// <summary>Last hidden states of one sequence after a pass, [tokens, hidden].</summary>
    /// <returns>Valid until the next pass.</returns>
    public ReadOnlySpan<float> GetHidden(int sequence) =>
        _hidden.Span((long)_firstRows[sequence] * _hiddenSize, _lengths[sequence] * _hiddenSize);

    /// <inheritdoc/>
    public void Dispose()
    {
        Clear();
        _hidden.Dispose();
    }

    /// <summary>Start of the hidden states, [tokens, hidden].</summary>
    internal float* HiddenPointer => _hidden.Pointer;

    /// <summary>Makes room for the hidden states.</summary>
    internal void ReserveHidden(int hiddenSize)
    {
        _hiddenSize = hiddenSize;
        long length = (long)TokenCount * hiddenSize;
        if (_hidden.Length < length)
        {
            _hidden.Dispose();
            _hidden = new AlignedMemory<float>(length, zeroed: false);
        }
    }
}
