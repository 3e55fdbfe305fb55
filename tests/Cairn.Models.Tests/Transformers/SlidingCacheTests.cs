using Cairn.Models.Transformers;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

/// <summary>Families whose layers see a window of the past, over texts much longer than what these layers keep.</summary>
public sealed class SlidingCacheTests
{
    private const int Tokens = 2500;

    [Theory]
    [InlineData("mistral/hf", true)]
    [InlineData("phi3/gguf/phi3-f16.gguf", true)]
    [InlineData("gemma2/gguf/gemma2-f16.gguf", false)] // every second layer sees all
    [InlineData("gemma3/gguf/gemma3-f16.gguf", false)]
    public void Long_text_is_computed_from_what_the_windows_hold(string path, bool slidesEverywhere)
    {
        using var model = new TestDecoder(SharedFiles.Golden($"architectures/{path}"), ActivationType.Float32);
        int window = model.Decoder.Configuration.SlidingWindow;
        Assert.InRange(window, 1, 1 << 20);
        int tokens = Math.Max(Tokens, window + Tokens);
        Assert.True(tokens < 6000, $"window {window}");
        var random = new Random(27);
        int[] ids = [.. Enumerable.Range(0, tokens).Select(_ => random.Next(model.Decoder.Configuration.VocabularySize))];
        using KvCache cache = model.Decoder.CreateCache(tokens);

        float[][] logits = model.Logits(cache, ids, 128);

        int positions = window + KvCache.RollbackTokens + (3 * 128);
        if (slidesEverywhere)
        {
            using KvCache small = model.Decoder.CreateCache(positions);
            small.Reserve(positions);
            Assert.InRange(cache.OwnedBytes, 1, small.OwnedBytes);
        }

        // What was rolled back and computed again, in other parts, is the same.
        cache.Truncate(tokens - KvCache.RollbackTokens);
        float[][] again = model.Logits(cache, ids.AsSpan(tokens - KvCache.RollbackTokens), 100, 7, 61);
        for (int i = 0; i < again.Length; i++)
            AssertClose(logits[tokens - KvCache.RollbackTokens + i], again[i], i);

        Assert.Throws<InvalidOperationException>(() => cache.Truncate(window + 1));
        cache.Truncate(0);
        float[][] fresh = model.Logits(cache, ids.AsSpan(0, 300), 128);
        for (int i = 0; i < fresh.Length; i++)
            AssertClose(logits[i], fresh[i], i);
    }

    private static void AssertClose(float[] expected, float[] actual, int position)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.True(MathF.Abs(expected[i] - actual[i]) <= 1e-4f, $"position {position}, token {i}: {actual[i]}, not {expected[i]}");
    }
}
