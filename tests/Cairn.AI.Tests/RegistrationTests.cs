using Cairn.Inference;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Cairn.AI.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public void Clients_of_one_application_share_one_engine()
    {
        var services = new ServiceCollection();
        services.AddCairnChatClient();
        services.AddCairnEmbeddingGenerator();
        using var provider = services.BuildServiceProvider();
        using var first = provider.CreateScope();
        using var second = provider.CreateScope();

        var engine = first.ServiceProvider.GetRequiredService<IChatClient>().GetRequiredService<LanguageModel>();
        var other = second.ServiceProvider.GetRequiredService<IChatClient>().GetRequiredService<LanguageModel>();
        var generator = provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();

        Assert.Same(engine, other);
        Assert.NotNull(generator.GetService<EmbeddingModel>());
    }

    [Fact]
    public void Options_out_of_range_are_refused_at_first_use()
    {
        var services = new ServiceCollection();
        services.AddCairnChatClient(options => options.Threads = 0);
        using var provider = services.BuildServiceProvider();

        var refusal = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IChatClient>());

        Assert.Contains("Threads", refusal.Message);
    }
}
