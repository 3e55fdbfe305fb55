namespace Cairn.Retrieval.Evaluation;

/// <summary>How far an evaluation is.</summary>
/// <param name="Stage">What is being done: <c>indexing</c>, <c>keyword</c>, <c>vector</c>, <c>hybrid</c>, <c>answers</c>.</param>
/// <param name="Done">Items done in this stage.</param>
/// <param name="Total">Items of this stage.</param>
public sealed record EvaluationProgress(string Stage, int Done, int Total);
