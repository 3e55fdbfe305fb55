using Cairn.Retrieval.Search;

namespace Cairn.Retrieval.Answers.Selection;

/// <summary>A sentence of a passage that may answer the question, with what surrounds it.</summary>
/// <param name="Passage">The passage it stands in.</param>
/// <param name="Index">Its place among the sentences of the passage, from 0.</param>
/// <param name="Start">First character, a UTF-16 offset in the document's text.</param>
/// <param name="End">Offset just behind the last character.</param>
/// <param name="Quote">The characters from <paramref name="Start"/> to <paramref name="End"/>.</param>
/// <param name="Text">The quote in readable form (see <see cref="Language.PlainText"/>).</param>
/// <param name="Kind">What it is.</param>
/// <param name="Heading">The heading above it; the document's title when there is none.</param>
/// <param name="Context">The sentence before it, the lead-in of its list, or the header row of its table; empty without.</param>
/// <param name="Next">The sentence after it in the passage; empty without.</param>
public sealed record SentenceCandidate(
    RankedChunk Passage,
    int Index,
    int Start,
    int End,
    string Quote,
    string Text,
    SentenceKind Kind,
    string Heading,
    string Context,
    string Next)
{
    /// <summary>Path of the document relative to the folder.</summary>
    public string Source => Passage.Chunk.Source;

}
