namespace Cairn.Retrieval.Reading;

/// <summary>A file as text, with spans that lead every character back to its page and its block.</summary>
/// <param name="Source">Path relative to the folder that is indexed, with <c>/</c> between the parts.</param>
/// <param name="Title">First heading or the title that the file declares; the file's name when it has neither.</param>
/// <param name="Text">
/// For Markdown, plain text and source code the decoded file as it is; for HTML, PDF and DOCX the visible text, blocks
/// apart by a blank line. All offsets are UTF-16 offsets in this text.
/// </param>
/// <param name="Pages">Pages in order, without overlap; empty when the format has none.</param>
/// <param name="Blocks">Blocks in order, without overlap; white space and markup between them belongs to none.</param>
public sealed record Document(
    string Source,
    string Title,
    string Text,
    IReadOnlyList<DocumentPage> Pages,
    IReadOnlyList<DocumentBlock> Blocks)
{
    /// <summary>What the reader could not use, one sentence each: pages without text, formulas left out.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Number of the page that holds the character at <paramref name="offset"/>; null without pages.</summary>
    public int? PageAt(int offset) => DocumentPage.NumberAt(Pages, offset);
}
