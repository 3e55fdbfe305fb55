using Cairn.Abstractions;
using Cairn.Hub;
using Cairn.Tensors;
using Cairn.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cairn.AI.Tests;

public sealed class LocalRerankerTests
{
    [Fact]
    public async Task A_registered_reranker_scores_documents()
    {
        var services = new ServiceCollection();
        services.AddCairnReranker(options =>
        {
            options.Model = SharedFiles.Golden("architectures/bert-cross-encoder/hf");
            options.Activation = ActivationType.Float32;
        });
        using var provider = services.BuildServiceProvider();

        var scores = await provider.GetRequiredService<IReranker>().ScoreAsync(
            "Where is the hut?", ["The hut stands above the lake, behind the third marker.", "n"], TestContext.Current.CancellationToken);

        Assert.Equal(2, scores.Count);
        Assert.Equal(5.229695f, scores[0], 2e-5f);
    }

    [Fact]
    public void Without_a_model_the_reason_is_given()
    {
        using var models = new LocalModels();

        var error = Assert.Throws<ModelNotFoundException>(() => models.GetRerankModel(new LocalModelOptions()));

        Assert.Contains("No cross-encoder is bundled", error.Message, StringComparison.Ordinal);
    }
}
