using Cairn.Inference;
using Xunit;

namespace Cairn.AI.Tests;

/// <summary>The bundled models, opened once for all tests.</summary>
public sealed class BundledModels : IDisposable
{
    private readonly LocalModels _models = new();

    public LanguageModel Chat => _models.GetLanguageModel(new LocalModelOptions());

    public EmbeddingModel Embedding => _models.GetEmbeddingModel(new LocalModelOptions());

    public void Dispose() => _models.Dispose();
}

[CollectionDefinition(nameof(BundledModels))]
public sealed class BundledModelsGroup : ICollectionFixture<BundledModels>;
