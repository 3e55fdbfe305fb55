namespace Cairn.Inference.Benchmarks;

/// <summary>The tokens that a measurement feeds: random ones of a fixed seed, or those of a text.</summary>
internal static class BenchmarkPrompt
{
    private const int Seed = 1;

    /// <summary>At least as many tokens as prompt and depth need.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The text has fewer tokens than the prompt.</exception>
    public static int[] Create(LanguageModel model, ThroughputOptions options)
    {
        int length = Math.Max(options.PromptTokens, options.DecodeDepth);
        return options.PromptText is { } text
            ? OfText(model.Tokenizer.Encode(text), options.PromptTokens, length)
            : Random(model.Configuration.VocabularySize, length);
    }

    private static int[] OfText(int[] ids, int promptTokens, int length)
    {
        if (ids.Length < promptTokens)
        {
            throw new ArgumentOutOfRangeException(
                nameof(promptTokens),
                $"The text of the prompt has {ids.Length:N0} tokens; {promptTokens:N0} are asked for. Give a longer text or ask for fewer.");
        }

        var prompt = new int[length];
        for (int i = 0; i < length; i++)
            prompt[i] = ids[i % ids.Length];

        return prompt;
    }

    private static int[] Random(int vocabularySize, int length)
    {
        var random = new Random(Seed);
        var prompt = new int[length];
        for (int i = 0; i < length; i++)
            prompt[i] = random.Next(vocabularySize);

        return prompt;
    }
}
