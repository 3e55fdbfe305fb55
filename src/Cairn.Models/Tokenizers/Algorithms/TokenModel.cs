namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>Turns one piece of normalised text into tokens.</summary>
internal abstract class TokenModel
{
    private readonly PieceCache _cache = new();

    /// <summary>Name of the algorithm; part of the fingerprint.</summary>
    public abstract string Name { get; }

    /// <summary>The tokens of a piece, from memory where it was seen lately.</summary>
    public EncodedPiece Encode(ReadOnlySpan<char> piece)
    {
        if (_cache.Find(piece, out var hash) is { } known) return known;

        var encoded = EncodePiece(piece);
        _cache.Add(piece, hash, encoded);
        return encoded;
    }

    /// <summary>Adds what decides ids, beyond the vocabulary, to a fingerprint.</summary>
    public abstract void Describe(FingerprintBuilder fingerprint);

    /// <summary>The tokens of a piece; the piece holds no lone surrogates and is not empty.</summary>
    protected abstract EncodedPiece EncodePiece(ReadOnlySpan<char> piece);
}
