using System.Text.Json;
using Cairn.Testing;

namespace Cairn.Models.Tests.Transformers;

/// <summary>One prompt of <c>golden/smollm2/cases.jsonl</c>.</summary>
internal sealed record SmolLm2Case(
    string Id, string Kind, int[] Ids, double? MeanNll, SmolLm2Position[] Positions, SmolLm2Greedy Greedy)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static SmolLm2Case[] ReadAll() =>
        [.. File.ReadLines(SharedFiles.Golden("smollm2/cases.jsonl")).Select(line => JsonSerializer.Deserialize<SmolLm2Case>(line, Json)!)];
}

/// <summary>What follows one position.</summary>
internal sealed record SmolLm2Position(int Position, int[] TopIds, double[] TopLogprobs, double Logsumexp, double? NextLogprob);

/// <summary>The reference's greedy continuation.</summary>
internal sealed record SmolLm2Greedy(int[] Ids, double[] Margins, int[] RunnerUpIds);
