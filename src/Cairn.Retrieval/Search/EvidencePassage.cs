namespace Cairn.Retrieval.Search;

/// <summary>A stretch of a document that is given to the model: one passage, or neighbours merged.</summary>
/// <param name="DocumentId">Id of the document in the index.</param>
/// <param name="Source">Path of the document relative to the folder.</param>
/// <param name="Title">Title of the document.</param>
/// <param name="HeadingPath">Headings above the first passage; empty without.</param>
/// <param name="Start">First character, a UTF-16 offset in the document's text.</param>
/// <param name="End">Offset just behind the last character.</param>
/// <param name="Text">The characters from <paramref name="Start"/> to <paramref name="End"/>.</param>
/// <param name="Page">Page of the first character; null when the document has no pages.</param>
/// <param name="Score">Best search score of the passages in it.</param>
/// <param name="Tokens">Tokens of <paramref name="Text"/> by the chat model's tokenizer.</param>
public sealed record EvidencePassage(
    long DocumentId, string Source, string Title, string HeadingPath, int Start, int End, string Text, int? Page, double Score, int Tokens);
