using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using Xunit;

namespace Cairn.AI.Tests;

[Collection(nameof(BundledModels))]
public sealed class LocalEmbeddingGeneratorTests(BundledModels models)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Paraphrases_are_nearer_than_strangers()
    {
        using var generator = new LocalEmbeddingGenerator(models.Embedding);

        var vectors = await generator.GenerateAsync(
            ["The cat sleeps on the sofa.", "A cat is asleep on the couch.", "Interest rates rose again."], cancellationToken: Cancellation);

        var near = TensorPrimitives.Dot(vectors[0].Vector.Span, vectors[1].Vector.Span);
        var far = TensorPrimitives.Dot(vectors[0].Vector.Span, vectors[2].Vector.Span);
        Assert.True(near > far + 0.3, $"near {near}, far {far}");
    }

    [Fact]
    public async Task Vectors_have_length_one_and_the_stated_dimensions()
    {
        using var generator = new LocalEmbeddingGenerator(models.Embedding);

        var vectors = await generator.GenerateAsync(["one", "", "three"], cancellationToken: Cancellation);

        Assert.Equal(3, vectors.Count);
        Assert.All(vectors, vector =>
        {
            Assert.Equal(models.Embedding.Dimensions, vector.Vector.Length);
            Assert.Equal(1, TensorPrimitives.Norm(vector.Vector.Span), 1e-4);
        });
    }

    [Fact]
    public async Task Other_dimensions_are_refused()
    {
        using var generator = new LocalEmbeddingGenerator(models.Embedding);

        await Assert.ThrowsAsync<NotSupportedException>(
            () => generator.GenerateAsync(["one"], new EmbeddingGenerationOptions { Dimensions = 64 }, Cancellation));
    }
}
