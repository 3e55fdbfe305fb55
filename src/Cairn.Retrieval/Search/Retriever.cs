using Cairn.Retrieval.Indexing;
using Microsoft.Extensions.AI;

namespace Cairn.Retrieval.Search;

/// <summary>Finds the passages of an index that bear on a query, by words, by meaning or by both.</summary>
/// <remarks>Thread-safe as far as the index and the generator are.</remarks>
public sealed class Retriever
{
    private readonly DocumentIndex _index;
    private readonly IEmbeddingGenerator<string, Embedding<float>> _embeddings;
    private readonly RetrieverOptions _options;

    /// <summary>A retriever over an index; both arguments stay the caller's to dispose.</summary>
    /// <param name="index">Where to search.</param>
    /// <param name="embeddings">Embeds the query; of the same space as the index. Not called in keyword mode.</param>
    /// <param name="options">Settings; defaults when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public Retriever(
        DocumentIndex index, IEmbeddingGenerator<string, Embedding<float>> embeddings, RetrieverOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(embeddings);
        _index = index;
        _embeddings = embeddings;
        _options = options ?? new RetrieverOptions();
        _options.Validate();
    }

    /// <summary>The index that is searched.</summary>
    public DocumentIndex Index => _index;

    /// <summary>The settings.</summary>
    public RetrieverOptions Options => _options;

    /// <summary>Finds the best passages for a query with the retriever's own settings.</summary>
    /// <param name="query">The question or the words; an empty query finds nothing.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>At most <see cref="RetrieverOptions.Limit"/> passages, best first.</returns>
    public Task<IReadOnlyList<RankedChunk>> SearchAsync(string query, CancellationToken cancellationToken = default) =>
        SearchAsync(query, _options.Limit, cancellationToken);

    /// <summary>Finds the best passages for a query.</summary>
    /// <param name="query">The question or the words; an empty query finds nothing.</param>
    /// <param name="limit">Most passages returned, 1 or more.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>Passages, best first.</returns>
    public async Task<IReadOnlyList<RankedChunk>> SearchAsync(string query, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        if (string.IsNullOrWhiteSpace(query))
        {
            return [];
        }

        var hits = await RankAsync(query, cancellationToken).ConfigureAwait(false);
        return Take(hits, limit);
    }

    private async Task<IReadOnlyList<FusedHit>> RankAsync(string query, CancellationToken cancellationToken)
    {
        var depth = _options.Depth;
        if (_options.Mode == SearchMode.Keyword)
        {
            return [.. _index.SearchKeywords(query, depth).Select(hit => new FusedHit(hit.ChunkId, hit.Score, hit.Score, null))];
        }

        var vector = await _embeddings.GenerateVectorAsync(query, cancellationToken: cancellationToken).ConfigureAwait(false);
        var near = _index.SearchVectors(vector.Span, depth);
        if (_options.Mode == SearchMode.Vector)
        {
            return [.. near.Select(hit => new FusedHit(hit.ChunkId, hit.Score, null, hit.Score))];
        }

        var words = _index.SearchKeywords(query, depth);
        return MinMaxFusion.Fuse(
            [.. words.Select(hit => (hit.ChunkId, hit.Score))], [.. near.Select(hit => (hit.ChunkId, (double)hit.Score))], _options.Alpha);
    }

    // Reads the passages in pages of twice the limit: duplicates make more than one page necessary only rarely.
    private List<RankedChunk> Take(IReadOnlyList<FusedHit> hits, int limit)
    {
        var result = new List<RankedChunk>(Math.Min(limit, hits.Count));
        var duplicates = new DuplicateFilter();
        for (var from = 0; from < hits.Count && result.Count < limit; from += 2 * limit)
        {
            var page = hits.Skip(from).Take(2 * limit).ToList();
            var chunks = _index.GetChunks([.. page.Select(hit => hit.Id)]).ToDictionary(chunk => chunk.Id);
            foreach (var hit in page)
            {
                if (result.Count < limit
                    && chunks.TryGetValue(hit.Id, out var chunk)
                    && (!_options.CollapseDuplicates || duplicates.Add(chunk.Chunk.Text)))
                {
                    result.Add(new RankedChunk(chunk, hit.Score, hit.KeywordScore, hit.VectorScore));
                }
            }
        }

        return result;
    }
}
