using Cairn.Abstractions;
using Cairn.Inference;

namespace Cairn.AI;

/// <summary>A local cross-encoder as <see cref="IReranker"/>.</summary>
/// <remarks>Thread-safe. Where query and document exceed the model's limit, the longer is cut.</remarks>
/// <param name="model">The engine; not disposed by this reranker.</param>
public sealed class LocalReranker(RerankModel model) : IReranker
{
    /// <inheritdoc />
    public Task<IReadOnlyList<float>> ScoreAsync(
        string query, IReadOnlyList<string> documents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(documents);
        return Task.Run<IReadOnlyList<float>>(() => model.Score(query, documents, cancellationToken), cancellationToken);
    }
}
