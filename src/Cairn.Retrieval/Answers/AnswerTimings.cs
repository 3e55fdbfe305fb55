namespace Cairn.Retrieval.Answers;

/// <summary>How long an answer took.</summary>
/// <param name="Search">Until the passages were found.</param>
/// <param name="FirstText">Until the first text of the answer was ready; counted from the question.</param>
/// <param name="Total">The whole answer.</param>
public sealed record AnswerTimings(TimeSpan Search, TimeSpan FirstText, TimeSpan Total);
