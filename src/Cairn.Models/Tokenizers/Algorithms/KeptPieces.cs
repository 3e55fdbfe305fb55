namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>Gives certain pieces their token and leaves the others to another model.</summary>
internal sealed class KeptPieces(TokenModel inner, IEnumerable<(string Piece, int Id)> kept) : TokenModel
{
    private readonly Dictionary<string, int> _ids = kept.ToDictionary(entry => entry.Piece, entry => entry.Id, StringComparer.Ordinal);

    public override string Name => inner.Name + "+kept";

    public override void Describe(FingerprintBuilder fingerprint)
    {
        inner.Describe(fingerprint);
        foreach (var id in _ids.Values.Order())
        {
            fingerprint.Add(id);
        }
    }

    protected override EncodedPiece EncodePiece(ReadOnlySpan<char> piece) =>
        _ids.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(piece, out var id)
            ? new EncodedPiece([id], [new TextRange(0, piece.Length)])
            : inner.Encode(piece);
}
