namespace Cairn.Retrieval.Evaluation;

/// <summary>What <see cref="RetrievalEvaluator"/> measured on one set.</summary>
/// <param name="Set">Name of the set.</param>
/// <param name="Documents">Documents indexed.</param>
/// <param name="Queries">Queries scored: those of the split with a relevant document.</param>
/// <param name="Split">The split that was scored; empty for all queries.</param>
/// <param name="IndexTime">Time to index and embed the documents.</param>
/// <param name="Scores">One row for each way to search.</param>
public sealed record RetrievalEvaluation(
    string Set, int Documents, int Queries, string Split, TimeSpan IndexTime, IReadOnlyList<RetrievalScores> Scores);
