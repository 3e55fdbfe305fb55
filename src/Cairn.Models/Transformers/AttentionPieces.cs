using Cairn.Tensors.Attention;

namespace Cairn.Models.Transformers;

/// <summary>
/// Cuts the queries of a panel so that a piece meets a bounded number of keys: between pieces a pass can be cancelled,
/// however long the sequence has become.
/// </summary>
internal static unsafe class AttentionPieces
{
    /// <summary>Most pairs of a query and a key in a piece of more than <see cref="LeastTokens"/> tokens.</summary>
    public const long MostPairs = 1 << 19;

    /// <summary>Queries that are never cut: fewer would read the keys too often.</summary>
    public const int LeastTokens = 16;

    /// <summary>Tokens of the next piece.</summary>
    /// <param name="position">Position of its first token.</param>
    /// <param name="left">Tokens that are left of the segment.</param>
    /// <param name="window">Keys that a query sees at most; 0 for all before it.</param>
    public static int Next(int position, int left, int window)
    {
        long keys = (long)position + left;
        if (window > 0)
            keys = Math.Min(keys, window);

        long most = Math.Max(LeastTokens, MostPairs / keys / LeastTokens * LeastTokens);
        return (int)Math.Min(left, most);
    }

    /// <summary>A part of a segment.</summary>
    public static AttentionSegment Slice(in AttentionSegment segment, int first, int tokens) =>
        new(segment.Blocks, segment.FirstPosition + first, segment.FirstRow + first, tokens);
}
