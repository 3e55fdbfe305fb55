namespace Cairn.Retrieval.Answers;

/// <summary>A passage that was read for an answer.</summary>
/// <param name="Source">Path of the document relative to the folder.</param>
/// <param name="Page">Page of its first character; null when the document has no pages.</param>
/// <param name="Start">First character, a UTF-16 offset in the document's text.</param>
/// <param name="End">Offset just behind the last character.</param>
/// <param name="Heading">Headings above it; empty without.</param>
/// <param name="Score">Search score.</param>
/// <param name="Text">Its text.</param>
public sealed record AnswerEvidence(string Source, int? Page, int Start, int End, string Heading, double Score, string Text);
