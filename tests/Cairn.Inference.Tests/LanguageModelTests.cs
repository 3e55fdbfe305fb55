using System.Text.Json;
using Cairn.Tensors;
using Xunit;

namespace Cairn.Inference.Tests;

public sealed class LanguageModelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Load_names_a_missing_file()
    {
        var error = Assert.Throws<FileNotFoundException>(() => LanguageModel.Load("no/such/model.gguf", cancellationToken: Token));
        Assert.Contains("no/such/model.gguf", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_stops_when_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        string path = Cairn.Testing.SharedFiles.Model("smollm2-135m-instruct");
        Assert.ThrowsAny<OperationCanceledException>(() => LanguageModel.Load(path, cancellationToken: cancelled.Token));
    }

    [Fact]
    public void Load_reports_progress_and_what_the_file_says()
    {
        var progress = new LastValue();
        string path = Cairn.Testing.SharedFiles.Model("smollm2-135m-instruct");
        using LanguageModel model = LanguageModel.Load(path, new ModelLoadOptions { Threads = 1, Progress = progress }, Token);

        Assert.Equal(1, progress.Value, 1e-6);
        Assert.Equal("Smollm2 135M 8k Lc100K Mix1 Ep2", model.Name);
        Assert.Equal(8192, model.ContextLength);
        Assert.NotNull(model.ChatTemplate);
        Assert.Equal(211, model.Weights.Count);
    }

    [Theory]
    [InlineData("prose-story")]
    [InlineData("chat-short")]
    [InlineData("code-python")]
    public async Task Greedy_text_equals_the_reference_up_to_the_first_close_call(string id)
    {
        using LanguageModel model = SmolLm2.Load(ActivationType.Float32);
        JsonElement golden = SmolLm2.Case(id);
        JsonElement greedy = golden.GetProperty("greedy");
        double[] margins = greedy.GetProperty("margins").Deserialize<double[]>()!;
        int certain = Array.FindIndex(margins, margin => margin < 0.005) is >= 0 and var index ? index : margins.Length;
        var options = new GenerationOptions { Temperature = 0, MaxTokens = certain, IgnoreEndOfGeneration = true };

        List<GeneratedToken> tokens = await Collect(model, golden.Ints("ids"), options);

        Assert.Equal(greedy.Ints("ids")[..certain], tokens.Select(token => token.Id));
        Assert.Equal(FinishReason.Length, tokens[^1].FinishReason);
        Assert.All(tokens[..^1], token => Assert.Null(token.FinishReason));
        Assert.All(tokens, token => Assert.True(token.LogProbability <= 0));
    }

    [Fact]
    public async Task Generation_stops_at_the_end_of_the_turn()
    {
        using LanguageModel model = SmolLm2.Load(ActivationType.Float32);
        JsonElement golden = SmolLm2.Case("prose-capital");
        int end = golden.GetProperty("greedy").GetProperty("first_eos_step").GetInt32();

        List<GeneratedToken> tokens = await Collect(
            model, golden.Ints("ids"), new GenerationOptions { Temperature = 0, MaxTokens = 48, LogProbabilities = 3 });

        Assert.Equal(end + 1, tokens.Count);
        Assert.Equal(FinishReason.Stop, tokens[^1].FinishReason);
        Assert.Equal(model.Tokenizer.Decode(golden.GetProperty("greedy").Ints("ids").AsSpan(0, end)), string.Concat(tokens.Select(token => token.Text)));
        Assert.All(tokens, token => Assert.Equal(token.Id, token.Top![0].Id));
    }

    [Fact]
    public async Task Stop_sequence_ends_the_text_before_it()
    {
        using LanguageModel model = SmolLm2.Load(ActivationType.Int8);
        int[] prompt = SmolLm2.Case("prose-story").Ints("ids");
        string full = await Text(model, prompt, new GenerationOptions { Temperature = 0, MaxTokens = 20 });
        string stop = full.Substring(full.Length / 2, 4);

        string text = await Text(model, prompt, new GenerationOptions { Temperature = 0, MaxTokens = 20, StopSequences = [stop] });

        Assert.Equal(full[..full.IndexOf(stop, StringComparison.Ordinal)], text);
    }

    [Fact]
    public void Prompt_that_does_not_fit_is_refused_before_any_work()
    {
        using LanguageModel model = SmolLm2.Load(ActivationType.Int8, contextLength: 16);
        var error = Assert.Throws<ContextOverflowException>(
            () => model.GenerateAsync(new int[10], new GenerationOptions { MaxTokens = 7 }, Token));
        Assert.Equal((17, 16), (error.RequestedTokens, error.ContextLength));
        Assert.Throws<ContextOverflowException>(() => model.Score(new int[17], cancellationToken: Token));
    }

    [Fact]
    public async Task Oldest_tokens_are_dropped_where_the_policy_says_so()
    {
        using LanguageModel model = SmolLm2.Load(ActivationType.Int8, contextLength: 24);
        int[] prompt = SmolLm2.Case("chat-multi").Ints("ids");
        var options = new GenerationOptions { Temperature = 0, MaxTokens = 8, IgnoreEndOfGeneration = true };

        List<GeneratedToken> cut = await Collect(model, prompt, options with { Overflow = ContextOverflow.TruncateOldest });
        List<GeneratedToken> tail = await Collect(model, prompt[^16..], options);

        Assert.Equal(tail.Select(token => token.Id), cut.Select(token => token.Id));
    }

    [Fact]
    public async Task Reused_prefix_gives_the_result_of_a_fresh_model()
    {
        int[] prompt = SmolLm2.Case("chat-context").Ints("ids");
        var options = new GenerationOptions { Temperature = 0, MaxTokens = 6, IgnoreEndOfGeneration = true };
        using LanguageModel fresh = SmolLm2.Load(ActivationType.Int8);
        using LanguageModel used = SmolLm2.Load(ActivationType.Int8);
        await Collect(used, prompt[..60], options);

        List<GeneratedToken> expected = await Collect(fresh, prompt, options);
        List<GeneratedToken> actual = await Collect(used, prompt, options);

        Assert.InRange(used.ReusedTokens, 60, prompt.Length - 1); // an answer may happen to begin as the prompt goes on
        Assert.Equal(expected.Select(token => token.Id), actual.Select(token => token.Id));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.LogProbability, pair.Second.LogProbability, 0.02f));
    }

    [Fact]
    public async Task Callers_at_the_same_time_queue_and_get_their_own_results()
    {
        using LanguageModel model = SmolLm2.Load(ActivationType.Int8);
        var options = new GenerationOptions { Temperature = 0, MaxTokens = 5, IgnoreEndOfGeneration = true };
        int[][] prompts = [SmolLm2.Case("prose-capital").Ints("ids"), SmolLm2.Case("chat-short").Ints("ids")];
        List<GeneratedToken>[] alone = [await Collect(model, prompts[0], options), await Collect(model, prompts[1], options)];

        List<GeneratedToken>[] together =
            await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => Collect(model, prompts[i % 2], options), Token)));

        for (int i = 0; i < together.Length; i++)
            Assert.Equal(alone[i % 2].Select(token => token.Id), together[i].Select(token => token.Id));
    }

    [Fact]
    public async Task Cancelled_generation_leaves_the_engine_usable()
    {
        using LanguageModel model = SmolLm2.Load(ActivationType.Int8);
        int[] prompt = SmolLm2.Case("prose-story").Ints("ids");
        using var source = new CancellationTokenSource();
        var options = new GenerationOptions { Temperature = 0, MaxTokens = 1000, IgnoreEndOfGeneration = true };
        int seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (GeneratedToken _ in model.GenerateAsync(prompt, options, source.Token))
            {
                if (++seen == 3)
                    await source.CancelAsync();
            }
        });

        Assert.Equal(3, seen);
        Assert.Equal(2, (await Collect(model, prompt, options with { MaxTokens = 2 })).Count);
    }

    [Fact]
    public async Task Cancelled_prompt_keeps_what_was_read_and_goes_on_from_there()
    {
        using LanguageModel model = SmolLm2.Load(ActivationType.Int8);
        int[] story = SmolLm2.Case("prose-story").Ints("ids");
        int[] prompt = [.. Enumerable.Range(0, 400).Select(i => story[i % story.Length])];
        var options = new GenerationOptions { Temperature = 0, MaxTokens = 3, IgnoreEndOfGeneration = true };
        using var source = new CancellationTokenSource();
        var shares = new Shares(share =>
        {
            if (share > 0.5) source.Cancel(); // 256 of 400 tokens are read
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (GeneratedToken _ in model.GenerateAsync(prompt, options with { PromptProgress = shares }, source.Token))
            {
            }
        });

        Assert.Equal([0, 0.32, 0.64], shares.Seen);
        List<GeneratedToken> resumed = await Collect(model, prompt, options with { PromptProgress = shares });
        Assert.Equal(256, model.ReusedTokens);
        Assert.Equal([0, 0.32, 0.64, 0.64, 0.96, 1], shares.Seen);
        using LanguageModel fresh = SmolLm2.Load(ActivationType.Int8);
        Assert.Equal((await Collect(fresh, prompt, options)).Select(token => token.Id), resumed.Select(token => token.Id));
    }

    private sealed class Shares(Action<double> seen) : IProgress<double>
    {
        public List<double> Seen { get; } = [];

        public void Report(double value)
        {
            Seen.Add(value);
            seen(value);
        }
    }

    private static async Task<List<GeneratedToken>> Collect(LanguageModel model, int[] prompt, GenerationOptions options)
    {
        var tokens = new List<GeneratedToken>();
        await foreach (GeneratedToken token in model.GenerateAsync(prompt, options, Token))
            tokens.Add(token);

        return tokens;
    }

    private static async Task<string> Text(LanguageModel model, int[] prompt, GenerationOptions options) =>
        string.Concat((await Collect(model, prompt, options)).Select(token => token.Text));

    private sealed class LastValue : IProgress<double>
    {
        public double Value { get; private set; }

        public void Report(double value) => Value = value;
    }
}
