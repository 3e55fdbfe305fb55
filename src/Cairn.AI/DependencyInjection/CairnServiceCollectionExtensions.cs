using Cairn.AI;
using Cairn.Abstractions;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers local models behind the contracts of Microsoft.Extensions.AI.</summary>
public static class CairnServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IChatClient"/> over a local language model; all clients of the same model share one engine.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Model, threads, arithmetic; default: the bundled chat model.</param>
    /// <returns>A builder to which middleware can be added.</returns>
    public static ChatClientBuilder AddCairnChatClient(
        this IServiceCollection services, Action<LocalModelOptions>? configure = null)
    {
        AddModel(services, ChatModel, configure);
        return services.AddChatClient(provider =>
        {
            var (models, options) = (provider.GetRequiredService<LocalModels>(), OptionsOf(provider, ChatModel));
            return new LocalChatClient(models.GetLanguageModel(options), models.GetAdapters(options));
        });
    }

    /// <summary>Adds <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> over a local embedding model.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Model, threads, arithmetic; default: the bundled embedding model.</param>
    /// <returns>A builder to which middleware can be added.</returns>
    public static EmbeddingGeneratorBuilder<string, Embedding<float>> AddCairnEmbeddingGenerator(
        this IServiceCollection services, Action<LocalModelOptions>? configure = null)
    {
        AddModel(services, EmbeddingModel, configure);
        return services.AddEmbeddingGenerator(provider =>
            new LocalEmbeddingGenerator(provider.GetRequiredService<LocalModels>().GetEmbeddingModel(OptionsOf(provider, EmbeddingModel))));
    }

    /// <summary>Adds <see cref="IReranker"/> over a local cross-encoder, which the options must name: none is bundled.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Model, threads, arithmetic.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddCairnReranker(this IServiceCollection services, Action<LocalModelOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        AddModel(services, RerankModel, configure);
        services.TryAddSingleton<IReranker>(provider =>
            new LocalReranker(provider.GetRequiredService<LocalModels>().GetRerankModel(OptionsOf(provider, RerankModel))));
        return services;
    }

    private const string ChatModel = "cairn.chat";
    private const string RerankModel = "cairn.rerank";
    private const string EmbeddingModel = "cairn.embedding";

    private static void AddModel(IServiceCollection services, string name, Action<LocalModelOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<LocalModels>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LocalModelOptions>, LocalModelOptionsValidator>());
        var options = services.AddOptions<LocalModelOptions>(name);
        if (configure is not null) options.Configure(configure);
    }

    private static LocalModelOptions OptionsOf(IServiceProvider provider, string name) =>
        provider.GetRequiredService<IOptionsMonitor<LocalModelOptions>>().Get(name);
}
