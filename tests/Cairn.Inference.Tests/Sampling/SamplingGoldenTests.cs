using System.Text.Json.Nodes;
using Cairn.Inference.Sampling;
using Cairn.Testing;
using Xunit;

namespace Cairn.Inference.Tests.Sampling;

/// <summary>Every sampler against the reference table: what each step keeps, and the probabilities that are left.</summary>
public sealed class SamplingGoldenTests
{
    [Fact]
    public void Samplers_equal_every_reference_case()
    {
        List<string> failures = [];
        var count = 0;
        var worst = 0.0;
        foreach (var line in File.ReadLines(SharedFiles.Golden("sampling/cases.jsonl")))
        {
            count++;
            var row = JsonNode.Parse(line)!.AsObject();
            var difference = Compare(row, ref worst);
            if (difference is not null)
            {
                failures.Add($"{row["id"]}: {difference}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {count} differ:\n{string.Join('\n', failures)}");
        Assert.Equal(139, count);
        Assert.True(worst <= 1e-9, $"worst difference of a probability is {worst:g3}");
    }

    [Fact]
    public void Chain_of_options_has_the_steps_of_every_reference_case()
    {
        List<string> failures = [];
        foreach (var line in File.ReadLines(SharedFiles.Golden("sampling/cases.jsonl")))
        {
            var row = JsonNode.Parse(line)!.AsObject();
            var logits = Logits(row).Select(logit => (float)logit).ToArray();
            var history = Integers(row["history"]);
            var chain = SamplerChain.Create(Options(row) with { Seed = 7, PenaltyWindow = int.MaxValue });
            for (var draw = 0; draw < 20; draw++)
            {
                var id = chain.Sample(logits, history);
                if (!Integers(row["kept"]).Contains(id))
                {
                    failures.Add($"{row["id"]}: drew {id}, expected one of {row["kept"]!.ToJsonString()}");
                }
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static string? Compare(JsonObject row, ref double worst)
    {
        var history = Integers(row["history"]);
        var candidates = new TokenCandidates();
        candidates.Load(Logits(row));
        foreach (var step in row["order"]!.AsArray().Select(name => (string)name!))
        {
            foreach (var sampler in Samplers(step, row["settings"]!.AsObject()))
            {
                sampler.Apply(candidates, history);
            }

            var kept = candidates.Ids.ToArray().Order().ToArray();
            var expected = Integers(row["kept_after"]![step]);
            if (!kept.SequenceEqual(expected))
            {
                return $"after {step} expected [{string.Join(' ', expected)}], got [{string.Join(' ', kept)}]";
            }
        }

        var weighted = candidates.ComputeWeights();
        var probabilities = new double[row["logits"]!.AsArray().Count];
        for (var i = 0; i < candidates.Count; i++)
        {
            probabilities[candidates.Ids[i]] = weighted.Weights[i] / weighted.Sum;
        }

        for (var id = 0; id < probabilities.Length; id++)
        {
            worst = Math.Max(worst, Math.Abs(probabilities[id] - (double)row["probabilities"]![id]!));
        }

        candidates.KeepBest(1);
        return candidates.Ids[0] != (int)row["argmax"]!
            ? $"expected argmax {row["argmax"]}, got {candidates.Ids[0]}"
            : null;
    }

    private static IEnumerable<ISampler> Samplers(string step, JsonObject settings)
    {
        double Setting(string name, double @default) => (double?)settings[name] ?? @default;
        switch (step)
        {
            case "penalties":
                yield return new RepetitionPenaltySampler(Setting("repetition_penalty", 1));
                yield return new CountPenaltySampler(Setting("frequency_penalty", 0), Setting("presence_penalty", 0));
                break;
            case "temperature":
                yield return new TemperatureSampler(Setting("temperature", 1));
                break;
            case "top_k" when Setting("top_k", 0) > 0:
                yield return new TopKSampler((int)Setting("top_k", 0));
                break;
            case "top_p":
                yield return new TopPSampler(Setting("top_p", 1));
                break;
            case "min_p":
                yield return new MinPSampler(Setting("min_p", 0));
                break;
        }
    }

    private static GenerationOptions Options(JsonObject row)
    {
        var settings = row["settings"]!;
        return new GenerationOptions
        {
            Temperature = (float?)settings["temperature"] ?? 1,
            TopK = (int?)settings["top_k"] ?? 0,
            TopP = (float?)settings["top_p"] ?? 1,
            MinP = (float?)settings["min_p"] ?? 0,
            RepetitionPenalty = (float?)settings["repetition_penalty"] ?? 1,
            FrequencyPenalty = (float?)settings["frequency_penalty"] ?? 0,
            PresencePenalty = (float?)settings["presence_penalty"] ?? 0,
            SamplerOrder = (string)row["definition"]! == "llama.cpp" ? SamplerOrder.LlamaCpp : SamplerOrder.Transformers,
        };
    }

    private static double[] Logits(JsonObject row) =>
        [.. row["logits"]!.AsArray().Select(logit => logit is null ? double.NegativeInfinity : (double)logit)];

    private static int[] Integers(JsonNode? array) => array is null ? [] : [.. array.AsArray().Select(id => (int)id!)];
}
