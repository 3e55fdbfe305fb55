namespace Cairn.Retrieval.Answers.Selection;

/// <summary>What speaks for and against a sentence as the answer to a question. Values lie between 0 and 1, or −1 and 1 for cosines, unless said.</summary>
public sealed record SentenceFeatures
{
    /// <summary>Cosine of the question and the sentence under its heading.</summary>
    public double Similarity { get; init; }

    /// <summary>Cosine of the question and the passage.</summary>
    public double PassageSimilarity { get; init; }

    /// <summary>Fused search score of the passage.</summary>
    public double Retrieval { get; init; }

    /// <summary>Share of the question's words, weighted by rarity, that the sentence holds.</summary>
    public double Coverage { get; init; }

    /// <summary>The share that the heading and the title add.</summary>
    public double HeadingCoverage { get; init; }

    /// <summary>The share that the sentences around it add.</summary>
    public double ContextCoverage { get; init; }

    /// <summary>1 when sentence, heading and title hold none of the question's words, 0 from a half of their weight on.</summary>
    public double LowCoverage { get; init; }

    /// <summary>Share of the question's neighbouring words that are neighbours in the sentence.</summary>
    public double Pairs { get; init; }

    /// <summary>
    /// Where a number, a date or a name is asked for: how near the question's words stand to one; elsewhere the same as
    /// <see cref="Coverage"/>.
    /// </summary>
    public double Proximity { get; init; }

    /// <summary>Whether the sentence holds the sort of thing that is asked for (see <see cref="AnswerType"/>).</summary>
    public double TypeFit { get; init; }

    /// <summary>1 when a number, a date or a name is asked for and the sentence has none; ½ when its number has another unit.</summary>
    public double TypeMissing { get; init; }

    /// <summary>For a question about what something is: whether the sentence defines it.</summary>
    public double Definition { get; init; }

    /// <summary>How well the heading's words answer the question's wording, function words included: <c>When to use …</c>.</summary>
    public double HeadingIntent { get; init; }

    /// <summary>
    /// Share of the question's names and numbers that neither the sentence nor its surroundings hold; 2 when another number
    /// of a name or another year stands there instead.
    /// </summary>
    public double NamesMissing { get; init; }

    /// <summary>1 when the question negates (<c>when not to</c>) and the sentence neither negates nor advises against.</summary>
    public double NegationMissing { get; init; }

    /// <summary>Share of the question's weight in words that the whole passage and its title lack.</summary>
    public double PassageMissing { get; init; }

    /// <summary>Share of the words that name what is counted or asked for which sentence, heading and table header lack.</summary>
    public double FocusMissing { get; init; }

    /// <summary>1 for a fragment, a lead-in or a question; it cannot stand alone as an answer. ½ for a table row where a reason is asked for.</summary>
    public double Fragment { get; init; }

    /// <summary>Content words that the question does not have: 0 for none, 1 for four or more.</summary>
    public double Novelty { get; init; }

    /// <summary>1 for the first sentence below a heading, falling with the distance from it.</summary>
    public double Lead { get; init; }

    /// <summary>
    /// How far the sentence stands out by meaning: 1 when it is clearly nearer to the question than every other statement and in
    /// the nearest passage, 0 when another is as near.
    /// </summary>
    public double Standout { get; init; }

    /// <summary>How much likelier the question is after the sentence, squeezed to 0..1; ½ when no model was asked.</summary>
    public double Likelihood { get; init; } = 0.5;

    /// <summary>Values in the order of <see cref="SentenceWeights"/>.</summary>
    internal double[] ToArray() =>
    [
        Similarity, PassageSimilarity, Retrieval, Coverage, HeadingCoverage, ContextCoverage, LowCoverage, Pairs, Proximity, TypeFit, TypeMissing,
        Definition, HeadingIntent, NamesMissing, NegationMissing, PassageMissing, FocusMissing, Fragment, Novelty, Lead, Likelihood - 0.5, Standout,
    ];
}
