namespace Cairn.Retrieval.Answers.Selection;

/// <summary>A logistic model of <see cref="SentenceFeatures"/>: probability that a sentence answers the question.</summary>
public static class SentenceWeights
{
    private const double Bias = -7.6;

    private static readonly double[] Weights =
    [
        6.0, // Similarity
        1.5, // PassageSimilarity
        0.8, // Retrieval
        2.0, // Coverage
        2.0, // HeadingCoverage
        1.0, // ContextCoverage
        -2.5, // LowCoverage
        0.8, // Pairs
        1.5, // Proximity
        1.2, // TypeFit
        -2.0, // TypeMissing
        2.5, // Definition
        1.2, // HeadingIntent
        -3.0, // NamesMissing
        -2.0, // NegationMissing
        -1.5, // PassageMissing
        -3.5, // FocusMissing
        -2.0, // Fragment
        1.3, // Novelty
        0.3, // Lead
        1.0, // Likelihood
        1.8, // Standout
    ];

    /// <summary>Probability, 0 to 1.</summary>
    public static double Probability(SentenceFeatures features)
    {
        ArgumentNullException.ThrowIfNull(features);
        var sum = Bias;
        var values = features.ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            sum += Weights[i] * values[i];
        }

        return 1 / (1 + Math.Exp(-sum));
    }
}
