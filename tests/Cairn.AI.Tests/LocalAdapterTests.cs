using Cairn.Models.Adapters;
using Cairn.Tensors;
using Cairn.Testing;
using Microsoft.Extensions.AI;
using Xunit;

namespace Cairn.AI.Tests;

/// <summary>Clients with different adapters share one engine.</summary>
public sealed class LocalAdapterTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clients_of_one_model_share_its_engine_whatever_their_adapters()
    {
        using var models = new LocalModels();
        LocalModelOptions plain = Options(), half = Options(0.5f), whole = Options(1);

        var model = models.GetLanguageModel(plain, Cancellation);
        Assert.Same(model, models.GetLanguageModel(half, Cancellation));
        Assert.True(models.GetAdapters(plain).IsEmpty);
        AdapterSet one = models.GetAdapters(half), other = models.GetAdapters(whole);
        Assert.Same(one.Adapters[0].Adapter, other.Adapters[0].Adapter);
        Assert.Single(model.Adapters);

        var scores = new List<double>();
        foreach (var set in new[] { AdapterSet.Empty, one, other })
            scores.Add((await new LocalLogLikelihoodClient(model, set).ScoreAsync("The stones", [" mark"], Cancellation))[0]);
        Assert.Equal(3, scores.Distinct().Count());

        var texts = new List<string>();
        using var client = new LocalChatClient(model, other);
        var request = new ChatOptions { Temperature = 0, MaxOutputTokens = 12 };
        texts.Add((await client.GetResponseAsync("What is gravity?", request, Cancellation)).Text);
        request.AdditionalProperties = new() { ["adapters"] = AdapterSet.Empty };
        texts.Add((await client.GetResponseAsync("What is gravity?", request, Cancellation)).Text);
        using var bare = new LocalChatClient(model);
        texts.Add((await bare.GetResponseAsync("What is gravity?", new ChatOptions { Temperature = 0, MaxOutputTokens = 12 }, Cancellation)).Text);
        Assert.NotEqual(texts[0], texts[1]);
        Assert.Equal(texts[1], texts[2]);

        request.AdditionalProperties["adapters"] = "style";
        await Assert.ThrowsAsync<NotSupportedException>(() => client.GetResponseAsync("Hello", request, Cancellation));
    }

    private static LocalModelOptions Options(float? scale = null)
    {
        var options = new LocalModelOptions
        {
            Model = SharedFiles.Golden("architectures/llama3/gguf/llama3-f16.gguf"),
            Threads = 1,
            Activation = ActivationType.Float32,
            ChatTemplate = "chatml",
        };
        if (scale is { } value)
        {
            options.Adapters.Add(new LocalAdapterOptions
            {
                Adapter = SharedFiles.Golden("architectures/adapters/llama3-plain/peft"),
                Scale = value,
            });
        }

        return options;
    }
}
