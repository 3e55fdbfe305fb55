namespace Cairn.Retrieval.Answers.Selection;

/// <summary>Settings of a <see cref="SentenceSelector"/>.</summary>
public sealed class SentenceSelectorOptions
{
    /// <value>Sentences that are embedded, the likeliest by their words; 1 or more; default 32.</value>
    public int EmbeddedSentences { get; init; } = 32;

    /// <value>Sentences that the language model scores when one is given; 0 or more; default 6.</value>
    public int ScoredByModel { get; init; } = 6;
}
