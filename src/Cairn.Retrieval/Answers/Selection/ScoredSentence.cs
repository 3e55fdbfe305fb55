namespace Cairn.Retrieval.Answers.Selection;

/// <summary>A sentence with the probability that it answers the question, and why.</summary>
/// <param name="Sentence">The sentence.</param>
/// <param name="Features">What speaks for and against it.</param>
/// <param name="Probability">Probability that it answers the question, 0 to 1.</param>
/// <param name="Embedding">Embedding of the sentence alone.</param>
public sealed record ScoredSentence(
    SentenceCandidate Sentence, SentenceFeatures Features, double Probability, ReadOnlyMemory<float> Embedding);
