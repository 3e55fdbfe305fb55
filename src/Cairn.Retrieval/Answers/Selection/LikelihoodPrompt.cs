namespace Cairn.Retrieval.Answers.Selection;

/// <summary>The text that stands before the question when a model says how likely the question is after a sentence.</summary>
public static class LikelihoodPrompt
{
    /// <summary>The prompt without a sentence: the yardstick.</summary>
    public const string Without = "Question:";

    /// <summary>The prompt with a sentence under its heading.</summary>
    public static string After(SentenceCandidate sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        return $"{sentence.Heading}: {sentence.Text}\nQuestion:";
    }
}
