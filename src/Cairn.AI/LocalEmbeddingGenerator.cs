using Cairn.Inference;
using Microsoft.Extensions.AI;

namespace Cairn.AI;

/// <summary>A local embedding model as <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>.</summary>
/// <remarks>Thread-safe. Vectors have length one. Texts beyond the model's limit are cut at that limit, as its makers define it.</remarks>
/// <param name="model">The engine; not disposed by this generator.</param>
public sealed class LocalEmbeddingGenerator(EmbeddingModel model) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata _metadata =
        new("cairn", defaultModelId: model.Name, defaultModelDimensions: model.Dimensions);

    /// <inheritdoc />
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.Dimensions is { } dimensions && dimensions != model.Dimensions)
        {
            throw new NotSupportedException($"'{model.Name}' makes vectors of {model.Dimensions} numbers; {dimensions} were asked for.");
        }

        string[] texts = [.. values];
        var vectors = await Task.Run(() => model.Embed(texts, cancellationToken), cancellationToken).ConfigureAwait(false);
        return new(vectors.Select(vector => new Embedding<float>(vector) { ModelId = model.Name }));
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null) return null;
        if (serviceType == typeof(EmbeddingGeneratorMetadata)) return _metadata;
        if (serviceType == typeof(EmbeddingModel)) return model;
        return serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Nothing to free: the model belongs to whoever loaded it.</summary>
    public void Dispose()
    {
    }
}
