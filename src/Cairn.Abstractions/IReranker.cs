namespace Cairn.Abstractions;

/// <summary>Says how well documents answer a query, reading query and document together.</summary>
public interface IReranker
{
    /// <summary>Scores documents against one query.</summary>
    /// <param name="query">The question or search words.</param>
    /// <param name="documents">Texts to score.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>One score a document, in their order: the model's raw number, of which the greater is the better. Scores of different models do not compare.</returns>
    Task<IReadOnlyList<float>> ScoreAsync(
        string query, IReadOnlyList<string> documents, CancellationToken cancellationToken = default);
}
