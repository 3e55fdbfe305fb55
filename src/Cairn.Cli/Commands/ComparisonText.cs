using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Cairn.Inference.Comparison;

namespace Cairn.Cli.Commands;

/// <summary>A comparison of two models, for people and for scripts.</summary>
internal static class ComparisonText
{
    private const int BarWidth = 40;

    /// <summary>Some lines of text with a histogram of the divergence.</summary>
    public static string Format(ComparisonResult result)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"perplexity        {result.Model.Perplexity:F5}, reference {result.Reference.Perplexity:F5}\n");
        text.Append(CultureInfo.InvariantCulture, $"ratio             {Interval(result.PerplexityRatio, "F5")}\n");
        text.Append(CultureInfo.InvariantCulture, $"mean KL           {Interval(result.MeanDivergence, "F6")} nats\n");
        text.Append(CultureInfo.InvariantCulture, $"median, 99 %, max {result.MedianDivergence:F6}, {result.Divergence99:F6}, {result.MaximumDivergence:F6}\n");
        text.Append(CultureInfo.InvariantCulture, $"same best token   {Interval(result.TopAgreement, "P2")}\n");
        text.Append(CultureInfo.InvariantCulture, $"predictions       {result.Model.TokenCount:N0} in {result.Model.WindowCount:N0} windows; intervals of 95 %\n\n");
        var most = Math.Max(1, result.Histogram.Max());
        for (var bin = 0; bin < result.Histogram.Count; bin++)
        {
            var label = bin < ComparisonResult.HistogramBounds.Count
                ? string.Create(CultureInfo.InvariantCulture, $"KL < {ComparisonResult.HistogramBounds[bin],-7}")
                : "more        ";
            var bar = new string('#', (int)Math.Round((double)BarWidth * result.Histogram[bin] / most));
            text.Append(string.Create(CultureInfo.InvariantCulture, $"{label} {result.Histogram[bin],8:N0} {bar}").TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The same as one object.</summary>
    public static JsonObject ToJson(ComparisonResult result, string reference, int window) => new()
    {
        ["perplexity"] = result.Model.Perplexity,
        ["tokens"] = result.Model.TokenCount,
        ["mean_nll"] = result.Model.MeanNegativeLogLikelihood,
        ["window"] = window,
        ["against"] = new JsonObject
        {
            ["model"] = reference,
            ["perplexity"] = result.Reference.Perplexity,
            ["mean_nll"] = result.Reference.MeanNegativeLogLikelihood,
            ["perplexity_ratio"] = ToJson(result.PerplexityRatio),
            ["kl_mean"] = ToJson(result.MeanDivergence),
            ["kl_median"] = result.MedianDivergence,
            ["kl_99"] = result.Divergence99,
            ["kl_max"] = result.MaximumDivergence,
            ["top1_agreement"] = ToJson(result.TopAgreement),
            ["kl_histogram"] = new JsonObject(result.Histogram.Select((count, bin) => KeyValuePair.Create(
                bin < ComparisonResult.HistogramBounds.Count
                    ? "below_" + ComparisonResult.HistogramBounds[bin].ToString(CultureInfo.InvariantCulture)
                    : "more",
                (JsonNode?)count))),
        },
    };

    private static JsonObject ToJson(Estimate estimate) =>
        new() { ["value"] = estimate.Value, ["low"] = estimate.Low, ["high"] = estimate.High };

    private static string Interval(Estimate estimate, string format) => string.Create(
        CultureInfo.InvariantCulture,
        $"{estimate.Value.ToString(format, CultureInfo.InvariantCulture)} ({estimate.Low.ToString(format, CultureInfo.InvariantCulture)} to {estimate.High.ToString(format, CultureInfo.InvariantCulture)})");
}
