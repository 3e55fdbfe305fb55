using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Cairn.Inference;

namespace Cairn.Benchmarks.Onnx;

/// <summary>Both programs on the same token ids, in turns, and the cosine of their vectors.</summary>
internal sealed class Comparison(EmbeddingModel cairn, IReadOnlyList<(string Name, OnnxMiniLm Model)> runtimes, int rounds)
{
    private const int TextsPerSmallBatch = 8;

    /// <summary>Prints the times of all ways to embed the texts.</summary>
    /// <param name="name">What the texts are.</param>
    /// <param name="texts">Token ids of each.</param>
    public void PrintRows(string name, int[][] texts)
    {
        int[][] sorted = [.. texts.OrderBy(text => text.Length)];
        List<(string Name, Action Run)> ways =
        [
            ("Cairn", () => cairn.EmbedTokens(texts)),
            .. runtimes.SelectMany(runtime => new (string, Action)[]
            {
                ($"ONNX Runtime, {runtime.Name}, one padded batch", () => runtime.Model.Embed(texts)),
                ($"ONNX Runtime, {runtime.Name}, sorted, {TextsPerSmallBatch} a batch", () => InSmallBatches(runtime.Model, sorted)),
            }),
        ];
        double[][] times = Measure(ways);
        string what = string.Create(CultureInfo.InvariantCulture, $"{name}: {texts.Length} texts, {texts.Sum(text => text.Length):N0} tokens");
        for (int way = 0; way < times.Length; way++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {what} | {ways[way].Name} | {Show(times[way])} | {(way == 0 ? "" : $"{Median(times[way]) / Median(times[0]):F2}")} |"));
        }
    }

    /// <summary>Prints mean and least cosine of the vectors of both.</summary>
    public void PrintCosine(int[][] texts)
    {
        float[][] ours = cairn.EmbedTokens(texts);
        double[] cosines =
            [.. texts.Select((text, i) => (double)TensorPrimitives.CosineSimilarity(ours[i], runtimes[0].Model.Embed([text])[0]))];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Cosine to ONNX Runtime's vectors, {texts.Length} sentences: mean {cosines.Average():F6}, least {cosines.Min():F6}."));
    }

    private static void InSmallBatches(OnnxMiniLm onnx, int[][] sorted)
    {
        for (int start = 0; start < sorted.Length; start += TextsPerSmallBatch)
            onnx.Embed(sorted.AsSpan(start, Math.Min(TextsPerSmallBatch, sorted.Length - start)));
    }

    // Seconds of each way, sorted; the first round warms up.
    private double[][] Measure(List<(string Name, Action Run)> ways)
    {
        double[][] times = [.. ways.Select(_ => new double[rounds])];
        for (int round = -1; round < rounds; round++)
        {
            for (int way = 0; way < ways.Count; way++)
            {
                long started = Stopwatch.GetTimestamp();
                ways[way].Run();
                if (round >= 0)
                    times[way][round] = Stopwatch.GetElapsedTime(started).TotalSeconds;
            }
        }

        foreach (double[] way in times)
            Array.Sort(way);

        return times;
    }

    private static double Median(double[] times) => times[times.Length / 2];

    private static string Show(double[] times) => string.Create(CultureInfo.InvariantCulture,
        $"{Median(times) * 1e3:F0} ({times[0] * 1e3:F0}–{times[^1] * 1e3:F0})");
}
