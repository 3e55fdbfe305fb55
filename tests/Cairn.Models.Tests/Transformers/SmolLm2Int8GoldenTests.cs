using System.Text.Json;
using Cairn.Models.Transformers;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

/// <summary>
/// The path with 8-bit activations against the float path, which <see cref="SmolLm2FloatGoldenTests"/> holds to the
/// reference. The bounds are those of <c>golden/smollm2</c>: what llama.cpp itself loses on the same tokens.
/// </summary>
public sealed class SmolLm2Int8GoldenTests : IDisposable
{
    private const string Path = "smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf";
    private const int Window = 512;
    private const int AllPositions = 7834;
    private const double LeastEqualBest = 0.955;

    private readonly TestDecoder _reference = new(SharedFiles.Model(Path), ActivationType.Float32);
    private readonly TestDecoder _model = new(SharedFiles.Model(Path), ActivationType.Int8);

    [Fact]
    public void Distance_to_the_float_path_is_within_the_bounds_on_prose_code_and_two_windows() =>
        AssertWithinBounds(cases: golden => golden.Kind is "prose" or "code", windows: 2);

    [Fact(Explicit = true)] // minutes; the bounds are meant for the whole of the reference
    public void Distance_to_the_float_path_is_within_the_bounds_on_everything() =>
        AssertWithinBounds(cases: _ => true, windows: 8);

    [Fact]
    public void Greedy_choices_along_the_reference_equal_it_where_the_margin_allows()
    {
        foreach (SmolLm2Case golden in SmolLm2Case.ReadAll().Where(golden => golden.Ids.Length < 100))
        {
            int[] ids = [.. golden.Ids, .. golden.Greedy.Ids];
            float[][] logits = _model.Logits(ids);
            for (int step = 0; step < golden.Greedy.Ids.Length; step++)
            {
                if (golden.Greedy.Margins[step] > 0.75)
                    Assert.Equal(golden.Greedy.Ids[step], TestDecoder.ArgMax(logits[golden.Ids.Length - 1 + step]));
            }
        }
    }

    [Fact]
    public void Results_do_not_depend_on_how_a_prompt_is_split()
    {
        int[] ids = SmolLm2Case.ReadAll().Single(golden => golden.Id == "chat-multi").Ids;
        float[] whole = _model.Logits(ids, 128)[^1];
        foreach (int[] parts in new int[][] { [1], [5, 17, 64] })
        {
            float[] split = _model.Logits(ids, parts)[^1];
            Assert.True(whole.Zip(split, (a, b) => MathF.Abs(a - b)).Max() <= 0.02f);
        }
    }

    [Fact]
    public void Decoding_allocates_nothing_on_the_managed_heap()
    {
        int[] ids = SmolLm2Case.ReadAll().Single(golden => golden.Id == "prose-rag").Ids;
        using var cache = _model.Decoder.CreateCache(ids.Length + 200);
        using var batch = new ForwardBatch();
        batch.Add(cache, ids, LogitsRows.Last);
        _model.Decoder.Forward(batch, CancellationToken.None);
        int next = Decode(4, TestDecoder.ArgMax(batch.GetLogits(0)));

        long before = GC.GetAllocatedBytesForCurrentThread();
        Decode(16, next);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        int Decode(int tokens, int token)
        {
            for (int i = 0; i < tokens; i++)
            {
                batch.Clear();
                batch.Add(cache, [token], LogitsRows.Last);
                _model.Decoder.Forward(batch, CancellationToken.None);
                token = TestDecoder.ArgMax(batch.GetLogits(0));
            }

            return token;
        }
    }

    public void Dispose()
    {
        _reference.Dispose();
        _model.Dispose();
    }

    private void AssertWithinBounds(Func<SmolLm2Case, bool> cases, int windows)
    {
        var divergences = new List<double>();
        int equalBest = 0;
        foreach (int[] ids in SmolLm2Case.ReadAll().Where(cases).Select(golden => golden.Ids).Concat(Windows(windows)))
        {
            float[][] expected = _reference.Logits(ids);
            float[][] actual = _model.Logits(ids);
            for (int i = 0; i < ids.Length; i++)
            {
                divergences.Add(Divergence(expected[i], actual[i]));
                equalBest += TestDecoder.ArgMax(expected[i]) == TestDecoder.ArgMax(actual[i]) ? 1 : 0;
            }
        }

        divergences.Sort();
        double mean = divergences.Average();
        double high = divergences[(int)(0.99 * (divergences.Count - 1))];
        double best = (double)equalBest / divergences.Count;
        string found = FormattableString.Invariant(
            $"{divergences.Count} positions: mean KL {mean:F5}, 99 % {high:F4}, max {divergences[^1]:F4}, best token equal {best:P2}");
        TestContext.Current.SendDiagnosticMessage("{0}", found);
        double leastBest = LeastEqualBest;
        if (divergences.Count < AllPositions)
            leastBest -= 2 * Math.Sqrt(LeastEqualBest * (1 - LeastEqualBest) / divergences.Count); // a sample may fall two standard errors short

        Assert.True(mean <= 0.0035 && high <= 0.02 && divergences[^1] <= 0.12 && best >= leastBest, found);
    }

    private static IEnumerable<int[]> Windows(int count) =>
        JsonDocument.Parse(File.ReadAllText(SharedFiles.Golden("smollm2/perplexity.json"))).RootElement
            .GetProperty("ids").Deserialize<int[]>()!.Chunk(Window).Take(count);

    /// <summary>Σ p·(ln p − ln q) with p from the reference.</summary>
    private static double Divergence(float[] reference, float[] actual)
    {
        double logSumP = TestDecoder.LogSumExp(reference);
        double logSumQ = TestDecoder.LogSumExp(actual);
        double sum = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double logP = reference[i] - logSumP;
            if (logP > -30)
                sum += Math.Exp(logP) * (logP - (actual[i] - logSumQ));
        }

        return sum;
    }
}
