using Microsoft.Extensions.AI;

namespace Cairn.Retrieval.SyncHost;

/// <summary>Embeds a text as its words: each adds a fixed random direction; unit length. Equal texts, equal vectors.</summary>
public sealed class WordEmbedder(int dimensions = 48, TimeSpan delay = default) : IEmbeddingGenerator<string, Embedding<float>>
{
    private int _texts;

    /// <summary>Texts embedded so far.</summary>
    public int Texts => _texts;

    /// <summary>Called before each batch.</summary>
    public Action? BeforeBatch { get; set; }

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        BeforeBatch?.Invoke();
        cancellationToken.ThrowIfCancellationRequested();
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
        }

        var vectors = values.Select(text => new Embedding<float>(Embed(text))).ToList();
        Interlocked.Add(ref _texts, vectors.Count);
        return new GeneratedEmbeddings<Embedding<float>>(vectors);
    }

    public float[] Embed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var vector = new float[dimensions];
        foreach (var word in text.ToLowerInvariant().Split([' ', '\n', '\r', '\t', '.', ',', '#', '>'], StringSplitOptions.RemoveEmptyEntries))
        {
            var random = new Random(word.Aggregate(17, (hash, c) => unchecked((hash * 31) + c)));
            for (var i = 0; i < dimensions; i++)
            {
                vector[i] += (float)(random.NextDouble() - 0.5);
            }
        }

        var length = MathF.Sqrt(vector.Sum(value => value * value));
        return length == 0 ? vector : [.. vector.Select(value => value / length)];
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
