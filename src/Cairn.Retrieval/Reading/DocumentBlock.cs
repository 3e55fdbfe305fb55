namespace Cairn.Retrieval.Reading;

/// <summary>A unit of a document's structure as a span of its text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Level">Heading: 1 to 6. List item: depth of its list, from 1. Everything else: 0.</param>
/// <param name="Start">First character, a UTF-16 offset in the document's text.</param>
/// <param name="End">Offset just behind the last character.</param>
public readonly record struct DocumentBlock(DocumentBlockKind Kind, int Level, int Start, int End)
{
    /// <summary>A heading's words without markup, when they are not the characters of the span themselves.</summary>
    public string? Heading { get; init; }

    /// <summary>A table: offset behind its header row, which begins at <see cref="Start"/>; 0 without one.</summary>
    public int HeaderEnd { get; init; }

    /// <summary>Language of a code block, in lower case, when it is known.</summary>
    public string? Language { get; init; }
}
