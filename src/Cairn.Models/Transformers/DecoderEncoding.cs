namespace Cairn.Models.Transformers;

/// <summary>Uses a decoder as an encoder: the hidden states behind its last norm, where embedding models made of decoders pool.</summary>
public static class DecoderEncoding
{
    /// <summary>Runs texts from their starts; each sees itself only.</summary>
    /// <param name="decoder">The model; one call at a time.</param>
    /// <param name="texts">Tokens of each text, at least one.</param>
    /// <param name="cancellationToken">Looked at between layers.</param>
    /// <returns>Hidden states of each text, [tokens, hidden].</returns>
    /// <exception cref="ArgumentException">A text has no tokens, or one that is not in the vocabulary.</exception>
    public static float[][] Encode(
        TransformerDecoder decoder, IReadOnlyList<int[]> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(texts);
        int width = decoder.Configuration.HiddenSize;
        var hidden = new float[texts.Sum(text => text.Length) * width];
        var caches = new List<KvCache>();
        using var batch = new ForwardBatch();
        HiddenStateObserver? before = decoder.Observer;
        try
        {
            foreach (int[] text in texts)
            {
                caches.Add(decoder.CreateCache(text.Length));
                batch.Add(caches[^1], text, LogitsRows.None);
            }

            decoder.Observer = (layer, firstRow, values) =>
            {
                if (layer == decoder.Configuration.LayerCount)
                    values.CopyTo(hidden.AsSpan(firstRow * width));
            };
            decoder.Forward(batch, cancellationToken);
        }
        finally
        {
            decoder.Observer = before;
            foreach (KvCache cache in caches)
                cache.Dispose();
        }

        return Split(hidden, texts, width);
    }

    private static float[][] Split(float[] hidden, IReadOnlyList<int[]> texts, int width)
    {
        var parts = new float[texts.Count][];
        int start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            int end = start + (texts[i].Length * width);
            parts[i] = hidden[start..end];
            start = end;
        }

        return parts;
    }
}
