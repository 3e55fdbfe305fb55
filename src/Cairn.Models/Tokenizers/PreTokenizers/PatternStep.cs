namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>Cuts at the matches of a pattern.</summary>
/// <param name="pattern">Finds the matches.</param>
/// <param name="behavior">What becomes of them.</param>
/// <param name="isInverted">What lies between the matches is treated as the matches are, and the other way round.</param>
/// <remarks>The behaviours are those of Hugging Face's <c>Split</c>.</remarks>
internal sealed class PatternStep(PiecePattern pattern, PieceBehavior behavior, bool isInverted) : CuttingStep
{
    public override string Name => $"split({pattern.Name},{behavior}{(isInverted ? ",inverted" : "")})";

    public override void Cut(ReadOnlySpan<char> text, TextRange piece, List<TextRange> pieces)
    {
        var parts = FindParts(text[piece.Start..piece.End]);
        switch (behavior)
        {
            case PieceBehavior.Isolated:
                AddAll(parts, piece.Start, pieces);
                break;
            case PieceBehavior.Removed:
                AddAll(parts.Where(part => !part.IsMatch), piece.Start, pieces);
                break;
            case PieceBehavior.MergedWithNext:
                parts.Reverse();
                var merged = Merge(parts, (before, isMatch) => isMatch && !before);
                merged.Reverse();
                AddAll(merged, piece.Start, pieces);
                break;
            case PieceBehavior.MergedWithPrevious:
                AddAll(Merge(parts, (before, isMatch) => isMatch && !before), piece.Start, pieces);
                break;
            default:
                AddAll(Merge(parts, (before, isMatch) => isMatch == before), piece.Start, pieces);
                break;
        }
    }

    private static void AddAll(IEnumerable<(TextRange Range, bool IsMatch)> parts, int start, List<TextRange> pieces)
    {
        foreach (var (range, _) in parts)
        {
            pieces.Add(new TextRange(start + range.Start, start + range.End));
        }
    }

    /// <summary>Joins a part to the one before it in the list where that and the part itself are of the right kinds.</summary>
    private static List<(TextRange Range, bool IsMatch)> Merge(
        List<(TextRange Range, bool IsMatch)> parts, Func<bool, bool, bool> joins)
    {
        var merged = new List<(TextRange Range, bool IsMatch)>(parts.Count);
        var before = false;
        foreach (var (range, isMatch) in parts)
        {
            if (merged.Count > 0 && joins(before, isMatch))
            {
                var last = merged[^1].Range;
                merged[^1] = (new TextRange(Math.Min(last.Start, range.Start), Math.Max(last.End, range.End)), false);
            }
            else
            {
                merged.Add((range, isMatch));
            }

            before = isMatch;
        }

        return merged;
    }

    private List<(TextRange Range, bool IsMatch)> FindParts(ReadOnlySpan<char> text)
    {
        var matches = new List<TextRange>();
        pattern.Find(text, matches);
        var parts = new List<(TextRange Range, bool IsMatch)>((matches.Count * 2) + 1);
        var end = 0;
        foreach (var match in matches)
        {
            if (match.Start > end) parts.Add((new TextRange(end, match.Start), isInverted));
            parts.Add((match, !isInverted));
            end = match.End;
        }

        if (end < text.Length) parts.Add((new TextRange(end, text.Length), isInverted));
        return parts;
    }
}
