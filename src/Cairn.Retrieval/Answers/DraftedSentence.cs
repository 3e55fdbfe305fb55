using Cairn.Retrieval.Answers.Selection;
using Cairn.Retrieval.Answers.Support;

namespace Cairn.Retrieval.Answers;

/// <summary>A sentence that the model wrote.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="Verdict">What the check says.</param>
/// <param name="Sources">The quotes that support it.</param>
internal sealed record DraftedSentence(string Text, SupportVerdict Verdict, IReadOnlyList<SentenceCandidate> Sources);
