using Xunit;

namespace Cairn.AI.Tests;

[Collection(nameof(BundledModels))]
public sealed class LocalLogLikelihoodClientTests(BundledModels models)
{
    [Fact]
    public async Task True_ending_is_likelier_than_a_false_one()
    {
        var client = new LocalLogLikelihoodClient(models.Chat);

        var scores = await client.ScoreAsync(
            "The capital of France is", [" Paris", " Berlin", " cheese"], TestContext.Current.CancellationToken);

        Assert.Equal(3, scores.Count);
        Assert.True(scores[0] > scores[1] && scores[1] > scores[2], string.Join(", ", scores));
    }
}
