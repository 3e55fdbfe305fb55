namespace Cairn.Retrieval.Reading.Pdf;

/// <summary>Words of a line without a wide gap: a column's line, or a table's cell.</summary>
internal sealed record PdfSegment(string Text, double Left, double Right, double Size, bool IsBold)
{
    public int Letters { get; } = Text.Count(char.IsLetter);

    public int Characters { get; } = Text.Count(c => !char.IsWhiteSpace(c));
}

/// <summary>A line of a page: one segment of running text, several in a table or across columns.</summary>
internal sealed record PdfLine(double Baseline, IReadOnlyList<PdfSegment> Segments)
{
    public double Left => Segments[0].Left;

    public double Right => Segments[^1].Right;

    public double Size => Segments.Max(segment => segment.Size);

    public bool IsBold => Segments.All(segment => segment.IsBold);

    public string Text => string.Join(' ', Segments.Select(segment => segment.Text));
}
