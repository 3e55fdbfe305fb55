using Cairn.Retrieval.Answers.Selection;

namespace Cairn.Retrieval.Answers;

/// <summary>Settings of a <see cref="CitedAnswerer"/>.</summary>
public sealed class CitedAnswererOptions
{
    /// <value>
    /// Who words the answer; default the documents. With the bundled 135M model, 46 of 55 drafts strayed from their quotes
    /// and none was better than they are (measured on the handbook's questions): let a larger model word answers.
    /// </value>
    public AnswerPhrasing Phrasing { get; init; } = AnswerPhrasing.Quotes;

    /// <value>Passages read for each part of the question; 1 or more; default 24.</value>
    public int Passages { get; init; } = 24;

    /// <value>Passages listed as evidence; 1 or more; default 6.</value>
    public int EvidenceShown { get; init; } = 6;

    /// <value>Least probability at which a sentence counts as an answer, 0 to 1; default 0.68.</value>
    public double Threshold { get; init; } = 0.68;

    /// <value>Nearest statements that are shown when the documents do not say; 0 or more; default 2.</value>
    public int NearestStatements { get; init; } = 2;

    /// <value>Least probability of a nearest statement, 0 to 1; default 0.15.</value>
    public double NearestThreshold { get; init; } = 0.15;

    /// <value>Most tokens of the quotes in the model's prompt; 32 or more; default 700.</value>
    public int QuoteTokens { get; init; } = 700;

    /// <value>Most tokens the model writes for one part; 1 or more; default 96.</value>
    public int AnswerTokens { get; init; } = 96;

    /// <value>How sentences are chosen.</value>
    public SentenceSelectorOptions Selection { get; init; } = new();

    /// <summary>Throws when a value is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of the range that its property states.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Passages, 1, nameof(Passages));
        ArgumentOutOfRangeException.ThrowIfLessThan(EvidenceShown, 1, nameof(EvidenceShown));
        ArgumentOutOfRangeException.ThrowIfNegative(Threshold, nameof(Threshold));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Threshold, 1, nameof(Threshold));
        ArgumentOutOfRangeException.ThrowIfNegative(NearestStatements, nameof(NearestStatements));
        ArgumentOutOfRangeException.ThrowIfNegative(NearestThreshold, nameof(NearestThreshold));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(NearestThreshold, 1, nameof(NearestThreshold));
        ArgumentOutOfRangeException.ThrowIfLessThan(QuoteTokens, 32, nameof(QuoteTokens));
        ArgumentOutOfRangeException.ThrowIfLessThan(AnswerTokens, 1, nameof(AnswerTokens));
    }
}
