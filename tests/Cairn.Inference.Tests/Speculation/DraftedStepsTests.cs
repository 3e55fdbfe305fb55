using Cairn.Inference.Sampling;
using Cairn.Inference.Speculation;
using Cairn.Models.Adapters;
using Cairn.Models.Gguf;
using Cairn.Models.Transformers;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Inference.Tests.Speculation;

public sealed class DraftedStepsTests : IDisposable
{
    /// <summary>Every pair of four tokens, so that there is a guess whichever of them comes next.</summary>
    private static readonly int[] Prompt = [40, 40, 41, 41, 40, 42, 42, 40, 43, 43, 41, 42, 43, 42, 41, 43, 40, 41, 42, 43];

    /// <summary>Keeps answers to the four tokens, with probabilities that depend on the whole history.</summary>
    private static readonly GenerationOptions Sampling = new()
    {
        PresencePenalty = -50, FrequencyPenalty = 0.2f, RepetitionPenalty = 1.01f, PenaltyWindow = 20, TopK = 4, TopP = 1, MinP = 0,
    };

    private readonly ThreadTeam _team = new(1);
    private readonly TransformerDecoder _decoder;

    public DraftedStepsTests() => _decoder = TransformerDecoder.Load(
        GgufFile.Open(SharedFiles.Golden("architectures/llama3/gguf/llama3-f16.gguf")), new TransformerOptions { Team = _team });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Answers_come_as_often_as_their_exact_probability_says()
    {
        const int Answers = 3000;
        const int Length = 3;
        GenerationOptions options = Sampling with { Temperature = 3 };
        var expected = new Dictionary<(int, int, int), double>();
        Enumerate([], 1);
        var counts = expected.Keys.ToDictionary(answer => answer, _ => 0);
        (int drafted, int accepted) = (0, 0);

        using var session = new DecodingSession(_decoder, 64);
        for (ulong seed = 0; seed < Answers; seed++)
        {
            Answer answer = Generate(session, LookupMode.On, options with { Seed = seed }, Length);
            counts[(answer.Ids[0], answer.Ids[1], answer.Ids[2])]++;
            drafted += answer.Drafted;
            accepted += answer.Accepted;
        }

        Assert.Equal(1, expected.Values.Sum(), 1e-9);
        Assert.True(accepted > Answers / 20 && drafted > accepted, $"{accepted} of {drafted} guessed tokens were right");
        double chiSquare = expected.Sum(pair => Math.Pow(counts[pair.Key] - (pair.Value * Answers), 2) / (pair.Value * Answers));
        Assert.True(chiSquare < 103.4, $"chi-square {chiSquare:F1} with 63 degrees of freedom; 103.4 is passed once in a thousand");

        // The samplers' definition, on logits that were computed without any guess.
        void Enumerate(int[] answer, double probability)
        {
            if (answer.Length == Length)
            {
                expected.Add((answer[0], answer[1], answer[2]), probability);
                return;
            }

            int[] text = [.. Prompt, .. answer];
            using var plain = new DecodingSession(_decoder, 64);
            var candidates = new TokenCandidates();
            candidates.Load(plain.Start(text, Token));
            foreach (ISampler sampler in SamplerChain.Create(options).Samplers)
                sampler.Apply(candidates, text);

            WeightedCandidates weights = candidates.ComputeWeights();
            for (int i = 0; i < candidates.Count; i++)
                Enumerate([.. answer, candidates.Ids[i]], probability * weights.Weights[i] / weights.Sum);
        }
    }

    [Theory]
    [InlineData(LookupMode.Auto)]
    [InlineData(LookupMode.On)]
    public void Same_seed_gives_the_same_answer_as_without_guesses(LookupMode mode)
    {
        using var session = new DecodingSession(_decoder, 64);
        int accepted = 0;
        for (ulong seed = 0; seed < 100; seed++)
        {
            GenerationOptions options = Sampling with { Temperature = seed % 4, Seed = seed };
            Answer plain = Generate(session, LookupMode.Off, options, 20);
            Answer guessed = Generate(session, mode, options, 20);

            Assert.True(plain.Ids.SequenceEqual(guessed.Ids), $"seed {seed}");
            Assert.Equal(0, plain.Drafted);
            accepted += guessed.Accepted;
        }

        Assert.True(accepted > 200, $"{accepted} guesses were right");
    }

    [Fact]
    public void History_and_cache_hold_the_true_text_at_every_step()
    {
        using var session = new DecodingSession(_decoder, 64);
        var steps = new DraftedSteps(session, LookupMode.On);
        var random = new Random(3);
        List<int> text = [.. Prompt];
        steps.Start(Prompt, AdapterSet.Empty, progress: null, Token);
        for (int i = 0; i < 40; i++)
        {
            // Half of the choices go along with the text so far, so passes end at every row.
            int id = random.Next(2) == 0 ? random.Next(40, 45) : text[text.LastIndexOf(text[^1], text.Count - 2) + 1];
            Assert.Equal(text, steps.History.ToArray());
            bool isGuessed = steps.Choose(id);
            if (!isGuessed)
                Assert.Equal(text, session.Tokens.ToArray());

            text.Add(id);
            float[] logits = steps.Advance(id, 40 - i - 1, Token).ToArray();

            using var fresh = new DecodingSession(_decoder, 64);
            fresh.Start(text.GetRange(0, text.Count - 1).ToArray(), Token);
            Assert.Equal(fresh.Append([id], Token).ToArray(), logits);
        }

        steps.Cut();
        Assert.Equal(text, session.Tokens.ToArray());
    }

    [Fact]
    public void Pass_that_is_cancelled_leaves_the_text_as_it_was()
    {
        using var session = new DecodingSession(_decoder, 64);
        using var cancelled = new CancellationTokenSource();
        var steps = new DraftedSteps(session, LookupMode.On);
        int id = ArgMax.Find(steps.Start(Prompt, AdapterSet.Empty, progress: null, Token));
        steps.Choose(id);
        cancelled.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => { steps.Advance(id, 8, cancelled.Token); });

        Assert.Equal(Prompt, session.Tokens.ToArray());
        Assert.Equal(Prompt, steps.History.ToArray());
        Assert.Equal(session.Append([id], Token).ToArray(), Fresh([.. Prompt, id]));
    }

    [Theory]
    [InlineData(LookupMode.Off)]
    [InlineData(LookupMode.On)]
    public void Steps_allocate_nothing(LookupMode mode)
    {
        int[] prompt = [.. Prompt, .. Prompt, .. Prompt];
        using var session = new DecodingSession(_decoder, 128);
        var steps = new DraftedSteps(session, mode);
        int id = ArgMax.Find(steps.Start(prompt, AdapterSet.Empty, progress: null, Token));
        Run(8); // the list of tokens doubles here

        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(20);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        // The text runs in a circle, so guesses are made and most are right.
        void Run(int tokens)
        {
            for (int i = 0; i < tokens; i++)
            {
                id = 40 + ((id + 1) % 5);
                steps.Choose(id);
                steps.Advance(id, 8, CancellationToken.None);
            }
        }
    }

    public void Dispose()
    {
        _decoder.Dispose();
        _team.Dispose();
    }

    private float[] Fresh(int[] text)
    {
        using var session = new DecodingSession(_decoder, 64);
        session.Start(text.AsSpan(0, text.Length - 1), Token);
        return session.Append(text.AsSpan(text.Length - 1), Token).ToArray();
    }

    private static Answer Generate(DecodingSession session, LookupMode mode, GenerationOptions options, int length)
    {
        var steps = new DraftedSteps(session, mode);
        SamplerChain sampler = SamplerChain.Create(options);
        var answer = new Answer(new int[length], 0, 0);
        Span<float> logits = steps.Start(Prompt, AdapterSet.Empty, progress: null, Token);
        for (int i = 0; i < length; i++)
        {
            answer.Ids[i] = sampler.Sample(logits, steps.History);
            int drafted = steps.NewlyDrafted;
            answer = answer with
            {
                Drafted = answer.Drafted + drafted,
                Accepted = answer.Accepted + (steps.Choose(answer.Ids[i]) ? 1 : 0),
            };
            if (i + 1 < length)
                logits = steps.Advance(answer.Ids[i], 6, Token);
        }

        return answer;
    }

    private readonly record struct Answer(int[] Ids, int Drafted, int Accepted);
}
