using System.Buffers;
using System.Text;

namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>Cuts a piece so that the sum of the tokens' log-probabilities is highest.</summary>
/// <remarks>
/// Kudo 2018, arXiv:1804.10959, section 3.2; Viterbi over all tokens that start at each character. A character without a
/// token costs ten more than the rarest token.
/// </remarks>
internal sealed class Unigram : TokenModel
{
    private const double UnknownPenalty = 10;

    private readonly Vocabulary _vocabulary;
    private readonly PrefixTrie _trie;
    private readonly double[] _scores;
    private readonly double _unknownScore;
    private readonly int _unknownId;
    private readonly int[]? _byteIds;
    private readonly bool _roundsSums;

    /// <summary>Builds the model.</summary>
    /// <param name="vocabulary">Tokens.</param>
    /// <param name="scores">Log-probability of each token, at least as long as the highest matchable id.</param>
    /// <param name="matchable">Ids that may come out of plain text.</param>
    /// <param name="unknownId">The unknown token, or −1 to leave out what cannot be spelled.</param>
    /// <param name="fallsBackToBytes">Characters without a token are spelled in bytes.</param>
    /// <param name="beyond">Further ids that may come out of text, whose scores do not count for what is unknown.</param>
    /// <param name="roundsSums">
    /// Rounds every sum to single precision, as SentencePiece itself does: where two ways are equally good, that decides.
    /// </param>
    public Unigram(
        Vocabulary vocabulary,
        double[] scores,
        IEnumerable<int> matchable,
        int unknownId,
        bool fallsBackToBytes,
        IReadOnlyCollection<int>? beyond = null,
        bool roundsSums = false)
    {
        _roundsSums = roundsSums;
        _vocabulary = vocabulary;
        _scores = scores;
        _unknownId = unknownId;
        var ids = matchable.ToArray();
        _trie = new PrefixTrie(ids.Concat(beyond ?? []).Select(id => (vocabulary.Tokens[id], id)));
        _unknownScore = (ids.Length == 0 ? 0 : ids.Min(id => scores[id])) - UnknownPenalty;
        _byteIds = fallsBackToBytes ? ByteTokens.Find(vocabulary) : null;
    }

    public override string Name => "unigram";

    public override void Describe(FingerprintBuilder fingerprint)
    {
        fingerprint.Add(_unknownId);
        fingerprint.Add(_byteIds is null ? 0 : 1);
        fingerprint.Add(_roundsSums ? 1 : 0);
        fingerprint.Add(_unknownScore);
        fingerprint.Add(_scores.Length);
        foreach (var score in _scores)
        {
            fingerprint.Add(score);
        }
    }

    protected override EncodedPiece EncodePiece(ReadOnlySpan<char> piece)
    {
        var best = ArrayPool<Step>.Shared.Rent(piece.Length + 1);
        FindBestPath(piece, best.AsSpan(0, piece.Length + 1));

        var path = new Stack<Step>();
        for (var at = piece.Length; at > 0; at = best[at].Start)
        {
            path.Push(best[at]);
        }

        ArrayPool<Step>.Shared.Return(best);
        var output = new PieceBuilder(path.Count);
        var unknownStart = 0;
        foreach (var step in path)
        {
            if (step.Id < 0) continue;

            AddUnknown(piece, unknownStart..step.Start, output);
            output.Add(step.Id, _vocabulary.Tokens[step.Id].Length);
            unknownStart = step.Start + _vocabulary.Tokens[step.Id].Length;
        }

        AddUnknown(piece, unknownStart..piece.Length, output);
        return output.ToPiece();
    }

    /// <summary>Neighbouring unknown characters are one unknown part, whose bytes all stand for the whole of it.</summary>
    private void AddUnknown(ReadOnlySpan<char> piece, Range unknown, PieceBuilder output)
    {
        if (piece[unknown].Length > 0) output.AddUnknown(piece[unknown], _byteIds, _unknownId);
    }

    /// <summary>Fills in, for each position, the last step of the best path to it.</summary>
    private void FindBestPath(ReadOnlySpan<char> piece, Span<Step> best)
    {
        best.Fill(new Step(double.NegativeInfinity, -1, -1));
        best[0] = new Step(0, -1, -1);
        var steps = 0L;
        for (var start = 0; start < piece.Length;)
        {
            Rune.DecodeFromUtf16(piece[start..], out _, out var characterLength);
            var coversCharacter = false;
            var node = PrefixTrie.Start;
            for (var end = start; end < piece.Length;)
            {
                steps++;
                node = _trie.Step(node, piece[end++]);
                if (node < 0) break;
                if (_trie.GetValue(node) is not (>= 0 and var id)) continue;

                coversCharacter |= end - start == characterLength;
                Offer(ref best[end], best[start].Score + _scores[id], start, id);
            }

            if (!coversCharacter) Offer(ref best[start + characterLength], Round(best[start].Score + _unknownScore), start, -1);
            start += characterLength;
        }

        WorkMeter.Add(steps);
    }

    private void Offer(ref Step best, double score, int start, int id)
    {
        if (best.Start < 0 || score > best.Score) best = new Step(Round(score), start, id);
    }

    private double Round(double sum) => _roundsSums ? (float)sum : sum;

    private readonly record struct Step(double Score, int Start, int Id);
}
