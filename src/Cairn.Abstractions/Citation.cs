namespace Cairn.Abstractions;

/// <summary>Points at the words of a document that support a statement.</summary>
/// <param name="Source">Path of the document relative to its folder, with <c>/</c> between the parts.</param>
/// <param name="Page">Number of the page that holds <paramref name="Start"/>, from 1; null when the format has no pages.</param>
/// <param name="Start">First character, a UTF-16 offset in the document's text.</param>
/// <param name="End">Offset just behind the last character; never less than <paramref name="Start"/>.</param>
/// <param name="Quote">The characters from <paramref name="Start"/> to <paramref name="End"/>, unchanged.</param>
/// <remarks>
/// For Markdown, plain text and source code the document's text is the decoded file itself, so the offsets hold in the
/// file. For other formats it is the text that the reader extracted.
/// </remarks>
public sealed record Citation(string Source, int? Page, int Start, int End, string Quote);
