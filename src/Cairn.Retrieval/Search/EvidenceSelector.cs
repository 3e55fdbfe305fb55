using Cairn.Abstractions;

namespace Cairn.Retrieval.Search;

/// <summary>Chooses the passages that fit into a token budget and puts them into the order that serves a small model.</summary>
/// <remarks>
/// Passages are taken best first; one that does not fit is left out and smaller ones after it still have their chance.
/// Neighbours of one document with only white space between them become one passage. The best passage comes last, next to the question: a small
/// model reads the end of its prompt best.
/// </remarks>
public sealed class EvidenceSelector
{
    private const int LargestGap = 8;

    private readonly ITokenCounter _counter;
    private readonly Func<long, string> _documentText;

    /// <summary>A selector.</summary>
    /// <param name="counter">Counts tokens with the chat model's tokenizer.</param>
    /// <param name="documentText">Gives the text of a document by its id; for the characters between two neighbours.</param>
    public EvidenceSelector(ITokenCounter counter, Func<long, string> documentText)
    {
        ArgumentNullException.ThrowIfNull(counter);
        ArgumentNullException.ThrowIfNull(documentText);
        _counter = counter;
        _documentText = documentText;
    }

    /// <summary>Chooses evidence.</summary>
    /// <param name="ranked">Passages found, best first.</param>
    /// <param name="tokenBudget">Most tokens of all chosen passages together, 1 or more.</param>
    /// <returns>Passages, the best one last; empty when not even one fits.</returns>
    public IReadOnlyList<EvidencePassage> Select(IReadOnlyList<RankedChunk> ranked, int tokenBudget)
    {
        ArgumentNullException.ThrowIfNull(ranked);
        ArgumentOutOfRangeException.ThrowIfLessThan(tokenBudget, 1);

        var chosen = new List<EvidencePassage>();
        var used = 0;
        foreach (var passage in ranked.Select(ToPassage))
        {
            if (used + passage.Tokens <= tokenBudget)
            {
                chosen.Add(passage);
                used += passage.Tokens;
            }
        }

        return [.. Merge(chosen).OrderBy(passage => passage.Score).ThenByDescending(passage => passage.Start)];
    }

    private EvidencePassage ToPassage(RankedChunk ranked)
    {
        var (_, documentId, source, title, chunk) = ranked.Chunk;
        return new EvidencePassage(
            documentId, source, title, chunk.HeadingPath, chunk.Start, chunk.End, chunk.Text, chunk.PageFirst, ranked.Score, _counter.Count(chunk.Text));
    }

    private IEnumerable<EvidencePassage> Merge(IEnumerable<EvidencePassage> passages)
    {
        EvidencePassage? open = null;
        foreach (var passage in passages.OrderBy(passage => passage.DocumentId).ThenBy(passage => passage.Start))
        {
            if (open is not null && Touches(open, passage))
            {
                open = Join(open, passage);
                continue;
            }

            if (open is not null)
            {
                yield return open;
            }

            open = passage;
        }

        if (open is not null)
        {
            yield return open;
        }
    }

    private bool Touches(EvidencePassage first, EvidencePassage second) =>
        first.DocumentId == second.DocumentId
        && (second.Start <= first.End
            || (second.Start - first.End <= LargestGap
                && string.IsNullOrWhiteSpace(_documentText(first.DocumentId)[first.End..second.Start])));

    private EvidencePassage Join(EvidencePassage first, EvidencePassage second)
    {
        var end = Math.Max(first.End, second.End);
        var text = _documentText(first.DocumentId)[first.Start..end];
        return first with { End = end, Text = text, Score = Math.Max(first.Score, second.Score), Tokens = _counter.Count(text) };
    }
}
