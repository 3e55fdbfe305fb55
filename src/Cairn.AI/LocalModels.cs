using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Cairn.Hub;
using Cairn.Inference;
using Cairn.Models.Adapters;
using Cairn.Models.ChatTemplates;

namespace Cairn.AI;

/// <summary>Opens each model once and shares it between all clients of one application.</summary>
/// <remarks>Thread-safe. Owns the models: disposing it closes them, so dispose it last.</remarks>
public sealed class LocalModels : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<LanguageModel>> _languageModels = new();
    private readonly ConcurrentDictionary<string, Lazy<EmbeddingModel>> _embeddingModels = new();
    private readonly ConcurrentDictionary<string, Lazy<RerankModel>> _rerankModels = new();
    private readonly Lock _adapterLock = new();

    /// <summary>The language model that the options name, loaded at the first request.</summary>
    /// <param name="options">Which model, and how.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    /// <exception cref="ModelNotFoundException">No such file, folder or name.</exception>
    /// <exception cref="Cairn.Models.ModelFormatException">The file is damaged or not supported.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public LanguageModel GetLanguageModel(LocalModelOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var path = ResolveChatModel(options);
        return Open(_languageModels, Key(path, options), () => LanguageModel.Load(path, LoadOptions(options), cancellationToken), cancellationToken);
    }

    /// <summary>The adapters that the options name, on their language model; each is loaded once.</summary>
    /// <exception cref="ModelNotFoundException">No such file, folder or name.</exception>
    /// <exception cref="Cairn.Models.ModelFormatException">A file is damaged or not supported.</exception>
    /// <exception cref="AdapterMismatchException">An adapter does not fit the model.</exception>
    /// <exception cref="ArgumentException">A scale is not finite, or the adapters do not add up.</exception>
    public AdapterSet GetAdapters(LocalModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Adapters.Count == 0) return AdapterSet.Empty;

        var model = GetLanguageModel(options);
        return AdapterSet.Create([.. options.Adapters.Select(adapter =>
            new ActiveAdapter(LoadAdapter(model, ResolveAdapter(options, adapter.Adapter)), adapter.Scale))]);
    }

    /// <summary>Path of an adapter.</summary>
    /// <param name="options">Where to search.</param>
    /// <param name="nameOrPath">A folder, a file or a name in the store.</param>
    /// <exception cref="ModelNotFoundException">No such file, folder or name.</exception>
    public static string ResolveAdapter(LocalModelOptions options, string nameOrPath)
    {
        ArgumentNullException.ThrowIfNull(options);
        return AdapterStore.CreateDefault(options.ModelFolders).Resolve(nameOrPath);
    }

    /// <summary>The embedding model that the options name, loaded at the first request.</summary>
    /// <exception cref="ModelNotFoundException">No such file, folder or name.</exception>
    /// <exception cref="Cairn.Models.ModelFormatException">The file is damaged or not supported.</exception>
    public EmbeddingModel GetEmbeddingModel(LocalModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var path = Resolve(options, ModelStore.DefaultEncoder);
        return Open(_embeddingModels, Key(path, options), () => EmbeddingModel.Load(path, LoadOptions(options)));
    }

    /// <summary>The cross-encoder that the options name, loaded at the first request; none is bundled.</summary>
    /// <exception cref="ModelNotFoundException">No such file, folder or name, or the options name no model.</exception>
    /// <exception cref="Cairn.Models.ModelFormatException">The file is damaged or not a cross-encoder.</exception>
    public RerankModel GetRerankModel(LocalModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Model is not { Length: > 0 }) throw new ModelNotFoundException("", "No cross-encoder is bundled: name the model that shall rerank.");

        var path = Resolve(options, options.Model);
        return Open(_rerankModels, Key(path, options), () => RerankModel.Load(path, LoadOptions(options)));
    }

    /// <summary>Path of the language model that the options name.</summary>
    /// <exception cref="ModelNotFoundException">No such file, folder or name.</exception>
    public static string ResolveChatModel(LocalModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Resolve(options, ModelStore.DefaultDecoder);
    }

    /// <summary>The engine's options for these.</summary>
    /// <exception cref="FileNotFoundException">The chat template is neither a built-in one nor a file.</exception>
    /// <exception cref="ChatTemplateException">The chat template is malformed.</exception>
    public static ModelLoadOptions LoadOptions(LocalModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var defaults = new ModelLoadOptions();
        return new ModelLoadOptions
        {
            Threads = options.Threads ?? defaults.Threads,
            Activation = options.Activation,
            KvType = options.KvType,
            ContextLength = options.ContextLength,
            ChatTemplate = options.ChatTemplate is { Length: > 0 } template ? ModelChatTemplate.Load(template) : null,
        };
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var model in _languageModels.Values) if (model.IsValueCreated) model.Value.Dispose();
        foreach (var model in _embeddingModels.Values) if (model.IsValueCreated) model.Value.Dispose();
        foreach (var model in _rerankModels.Values) if (model.IsValueCreated) model.Value.Dispose();
        _rerankModels.Clear();
        _languageModels.Clear();
        _embeddingModels.Clear();
    }

    private LoraAdapter LoadAdapter(LanguageModel model, string path)
    {
        lock (_adapterLock)
        {
            return model.Adapters.FirstOrDefault(adapter => adapter.Path == path) ?? model.LoadAdapter(path);
        }
    }

    private static T Open<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>( // as Lazy asks
        ConcurrentDictionary<string, Lazy<T>> models, string key, Func<T> load, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var model = models.GetOrAdd(key, _ => new Lazy<T>(load));
            try
            {
                return model.Value;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                models.TryRemove(new(key, model)); // whoever began to load it gave up; this caller did not
            }
            catch
            {
                // A failed load is not remembered: the file may be there at the next call.
                models.TryRemove(new(key, model));
                throw;
            }
        }
    }

    private static string Resolve(LocalModelOptions options, string standard) =>
        ModelStore.CreateDefault(options.ModelFolders).Resolve(options.Model ?? standard).Path;

    private static string Key(string path, LocalModelOptions options) =>
        $"{path}|{options.Threads}|{options.Activation}|{options.KvType}|{options.ContextLength}|{options.ChatTemplate}";
}
