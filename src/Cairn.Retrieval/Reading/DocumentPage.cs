namespace Cairn.Retrieval.Reading;

/// <summary>A page as a span of the document's text.</summary>
/// <param name="Number">Position in the file, from 1.</param>
/// <param name="Label">What the reader of the file sees as page number: <c>iv</c>, <c>12</c>.</param>
/// <param name="Start">First character, a UTF-16 offset in the document's text.</param>
/// <param name="End">Offset just behind the last character.</param>
/// <param name="Kind">Whether the page has text.</param>
public sealed record DocumentPage(
    int Number, string Label, int Start, int End, DocumentPageKind Kind = DocumentPageKind.Text)
{
    /// <summary>Number of the page of <paramref name="pages"/> that holds <paramref name="offset"/>.</summary>
    /// <param name="pages">Pages in order, without overlap.</param>
    /// <param name="offset">UTF-16 offset in the document's text.</param>
    /// <returns>Between two pages: the page before; before the first: the first; null when there are no pages.</returns>
    public static int? NumberAt(IReadOnlyList<DocumentPage> pages, int offset)
    {
        ArgumentNullException.ThrowIfNull(pages);
        if (pages.Count == 0)
        {
            return null;
        }

        var (low, high) = (0, pages.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (pages[middle].Start <= offset && (pages[middle].Start < pages[middle].End || pages[middle].Start < offset))
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        while (low > 0 && pages[low].Start == pages[low].End)
        {
            low--;
        }

        return pages[low].Number;
    }
}
