using Cairn.Inference.Speculation;
using Cairn.Tensors;
using Xunit;

namespace Cairn.Inference.Tests.Speculation;

/// <summary>Answers of the small chat model with and without guesses.</summary>
public sealed class LookupGenerationTests : IDisposable
{
    private const string Verse = "The river runs past the mill. The mill grinds the corn. The corn becomes the bread. ";

    private readonly LanguageModel _model = SmolLm2.Load(ActivationType.Int8, contextLength: 512);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private int[] Repetitive => _model.Tokenizer.Encode(Verse + Verse + "The river");

    [Theory]
    [InlineData("prose-story")]
    [InlineData("chat-short")]
    [InlineData("code-python")]
    [InlineData("prose-rag")]
    public async Task Greedy_answers_are_the_same_bit_for_bit(string id)
    {
        int[] prompt = SmolLm2.Case(id).Ints("ids");
        var options = new GenerationOptions { Temperature = 0, MaxTokens = 40, IgnoreEndOfGeneration = true };

        List<GeneratedToken> plain = await Collect(prompt, options);

        Assert.All(plain, token => Assert.Equal((0, false), (token.DraftedTokens, token.WasDrafted)));
        AssertSame(plain, await Collect(prompt, options with { Lookup = LookupMode.Auto }));
        AssertSame(plain, await Collect(prompt, options with { Lookup = LookupMode.On }));
    }

    [Theory]
    [InlineData(ActivationType.Int8, 16)] // how long it repeats itself hangs on roundings
    [InlineData(ActivationType.Float32, 30)]
    public async Task Text_that_repeats_is_guessed_and_the_same(ActivationType activation, int leastAccepted)
    {
        using LanguageModel model = SmolLm2.Load(activation);
        var options = new GenerationOptions { Temperature = 0, MaxTokens = 48, IgnoreEndOfGeneration = true };

        List<GeneratedToken> plain = await Collect(model, Repetitive, options);
        List<GeneratedToken> guessed = await Collect(model, Repetitive, options with { Lookup = LookupMode.Auto });

        AssertSame(plain, guessed);
        int accepted = guessed.Count(token => token.WasDrafted);
        Assert.InRange(accepted, leastAccepted, guessed.Sum(token => token.DraftedTokens));
    }

    [Fact]
    public async Task Sampled_answers_with_penalties_are_the_same_for_a_seed()
    {
        int accepted = 0;
        for (ulong seed = 1; seed <= 4; seed++)
        {
            var options = new GenerationOptions
            {
                Temperature = 0.6f, RepetitionPenalty = 1.02f, FrequencyPenalty = 0.02f, PenaltyWindow = 20, Seed = seed, MaxTokens = 30,
                IgnoreEndOfGeneration = true, LogProbabilities = 2,
            };

            List<GeneratedToken> guessed = await Collect(Repetitive, options with { Lookup = LookupMode.On });

            AssertSame(await Collect(Repetitive, options), guessed);
            accepted += guessed.Count(token => token.WasDrafted);
        }

        Assert.True(accepted > 10, $"{accepted} guesses were right");
    }

    [Fact]
    public async Task Limit_of_tokens_and_end_of_context_hold_at_every_place_of_a_pass()
    {
        var options = new GenerationOptions { Temperature = 0, IgnoreEndOfGeneration = true, Lookup = LookupMode.On };
        List<GeneratedToken> longest = await Collect(Repetitive, options with { MaxTokens = 14 });
        for (int count = 1; count < longest.Count; count++)
        {
            List<GeneratedToken> tokens = await Collect(Repetitive, options with { MaxTokens = count });

            Assert.Equal(longest.Take(count).Select(token => token.Id), tokens.Select(token => token.Id));
            Assert.Equal(FinishReason.Length, tokens[^1].FinishReason);
        }

        using LanguageModel narrow = SmolLm2.Load(ActivationType.Int8, contextLength: Repetitive.Length + 13);
        List<GeneratedToken> full = await Collect(narrow, Repetitive, options);
        Assert.Equal(longest.Take(13).Select(token => token.Id), full.Select(token => token.Id));
    }

    [Fact]
    public async Task Stop_sequence_within_a_pass_ends_the_text_and_leaves_nothing_behind()
    {
        var options = new GenerationOptions { Temperature = 0, MaxTokens = 40, StopSequences = ["grinds the"] };

        List<GeneratedToken> plain = await Collect(Repetitive, options);
        List<GeneratedToken> guessed = await Collect(Repetitive, options with { Lookup = LookupMode.On });

        AssertSame(plain, guessed);
        Assert.Equal(FinishReason.Stop, guessed[^1].FinishReason);
        Assert.DoesNotContain("grinds", string.Concat(guessed.Select(token => token.Text)), StringComparison.Ordinal);

        // The next turn continues what the cache holds: prompt and answer without its last token.
        int[] next = [.. Repetitive, .. guessed.Select(token => token.Id), 28, 198, 504];
        AssertSame(await CollectFresh(next), await Collect(next, new GenerationOptions { Temperature = 0, MaxTokens = 6 }));
        Assert.Equal(Repetitive.Length + guessed.Count - 1, _model.ReusedTokens);
    }

    [Fact]
    public async Task Reader_that_leaves_or_cancels_within_a_pass_does_not_disturb_the_next_answer()
    {
        var options = new GenerationOptions { Temperature = 0, MaxTokens = 16, Lookup = LookupMode.On };
        List<GeneratedToken> expected = await Collect(Repetitive, options);
        foreach (bool cancels in new[] { false, true })
        {
            foreach (int read in new[] { 1, 2, 4, 7 })
            {
                await ReadSome(options, read, cancels);

                AssertSame(expected, await Collect(Repetitive, options));
            }
        }
    }

    public void Dispose() => _model.Dispose();

    private async Task ReadSome(GenerationOptions options, int count, bool cancels)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        try
        {
            await foreach (GeneratedToken _ in _model.GenerateAsync(Repetitive, options, source.Token))
            {
                if (--count > 0)
                    continue;

                if (!cancels)
                    return;

                await source.CancelAsync();
            }

            Assert.Fail("The answer was not cancelled.");
        }
        catch (OperationCanceledException) when (cancels)
        {
        }
    }

    private static void AssertSame(List<GeneratedToken> expected, List<GeneratedToken> actual)
    {
        Assert.Equal(expected.Select(Seen), actual.Select(Seen));
        Assert.Equal(
            expected.SelectMany(token => token.Top ?? []), actual.SelectMany(token => token.Top ?? []));

        static (int, string, float, FinishReason?) Seen(GeneratedToken token) =>
            (token.Id, token.Text, token.LogProbability, token.FinishReason);
    }

    private static async Task<List<GeneratedToken>> CollectFresh(int[] prompt)
    {
        using LanguageModel fresh = SmolLm2.Load(ActivationType.Int8);
        return await Collect(fresh, prompt, new GenerationOptions { Temperature = 0, MaxTokens = 6 });
    }

    private Task<List<GeneratedToken>> Collect(int[] prompt, GenerationOptions options) => Collect(_model, prompt, options);

    private static async Task<List<GeneratedToken>> Collect(LanguageModel model, int[] prompt, GenerationOptions options) =>
        await model.GenerateAsync(prompt, options, Token).ToListAsync(Token);
}
