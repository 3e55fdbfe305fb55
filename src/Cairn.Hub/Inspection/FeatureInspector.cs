using System.Globalization;
using Cairn.Models.Configuration;

namespace Cairn.Hub.Inspection;

/// <summary>Puts a configuration into words: sizes, and whatever a family does that plain llama does not.</summary>
internal static class FeatureInspector
{
    /// <summary>Describes a decoder.</summary>
    public static IReadOnlyList<FeatureSummary> Describe(DecoderConfiguration c)
    {
        var features = new List<FeatureSummary>
        {
            new("layers", Text($"{c.LayerCount}")),
            new("hidden_size", Text($"{c.HiddenSize}")),
            new("feed_forward", Text($"{c.IntermediateSize}, {FeatureWords.Of(c.Family.FeedForward)}")),
            new("attention", Text($"{c.HeadCount} heads of {c.HeadDim} on {c.KvHeadCount} key/value heads, scale {c.AttentionScale:G6}")),
            new("norm", Text($"{FeatureWords.Of(c.Family.Norm)}, epsilon {c.NormEpsilon:G6}{NormPlaces(c.Family)}")),
            new("output", c.HasTiedOutput ? "the token embedding" : "a matrix of its own"),
        };
        Add(c.Family.QueryKeyNorm != QueryKeyNorm.None, "query_key_norm", () => FeatureWords.Of(c.Family.QueryKeyNorm));
        Add(c.Rope is null, "positions", () => "a learned table");
        Add(c.Rope is not null, "rope", () => Describe(c.Rope!));
        Add(c.SlidingRope is not null, "rope_of_window_layers", () => Describe(c.SlidingRope!));
        Add(c.SlidingWindow > 0, "sliding_window", () => Text($"{c.SlidingWindow} positions in {Enumerable.Range(0, c.LayerCount).Count(layer => c.WindowOf(layer) > 0)} of {c.LayerCount} layers"));
        Add(c.ExpertCount > 0, "experts", () => Text($"{c.ExpertsPerToken} of {c.ExpertCount} a token, width {c.ExpertIntermediateSize}{(c.NormalizesExpertWeights ? ", weights renormalised" : "")}"));
        Add(c.EmbeddingScale != 1, "embedding_scale", () => Text($"{c.EmbeddingScale:G6}"));
        Add(c.ResidualScale != 1, "residual_scale", () => Text($"{c.ResidualScale:G6}"));
        Add(c.LogitScale != 1, "logit_scale", () => Text($"{c.LogitScale:G6}"));
        Add(c.AttentionSoftCap > 0, "attention_soft_cap", () => Text($"{c.AttentionSoftCap:G6}"));
        Add(c.LogitSoftCap > 0, "logit_soft_cap", () => Text($"{c.LogitSoftCap:G6}"));
        return features;

        void Add(bool applies, string name, Func<string> value)
        {
            if (applies) features.Add(new FeatureSummary(name, value()));
        }
    }

    /// <summary>Describes an encoder.</summary>
    public static IReadOnlyList<FeatureSummary> Describe(EncoderConfiguration c)
    {
        var features = new List<FeatureSummary>
        {
            new("layers", Text($"{c.LayerCount}")),
            new("hidden_size", Text($"{c.HiddenSize}")),
            new("feed_forward", Text($"{c.IntermediateSize}, {FeatureWords.Of(c.Family.FeedForward)}")),
            new("attention", Text($"{c.HeadCount} heads of {c.HeadDim}")),
            new("norm", Text($"layer norm, epsilon {c.LayerNormEpsilon:G6}, {(c.Family.HasPreNorms ? "before each block" : "after each sum")}")),
            new("positions", c.Family.HasLearnedPositions ? "a learned table" : Text($"rotary, theta {c.RopeTheta:G7}")),
        };
        if (c.LocalReach > 0)
        {
            features.Add(new("local_layers", Text($"{c.LocalReach} tokens to each side, theta {c.LocalRopeTheta:G7}, in {Enumerable.Range(0, c.LayerCount).Count(c.IsLocal)} of {c.LayerCount} layers")));
        }

        if (c.TokenTypeCount > 0) features.Add(new("token_types", Text($"{c.TokenTypeCount}")));
        features.Add(new("pooling", FeatureWords.Of(c.Pooling) + (c.IsNormalized ? ", brought to length one" : "")));
        if (c.Labels.Count > 0) features.Add(new("labels", string.Join(", ", c.Labels)));
        return features;
    }

    private static string NormPlaces(DecoderFamily family) => (family.HasPreNorms, family.HasPostNorms) switch
    {
        (true, true) => ", before and after each block",
        (false, true) => ", after each block",
        _ => "",
    };

    private static string Describe(RopeParameters rope) =>
        Text($"theta {rope.Theta:G7}, {rope.Dimension} dimensions {FeatureWords.Of(rope.Pairing)}") + rope.Scaling switch
        {
            LinearRopeScaling linear => Text($", linear scaling by {linear.Factor:G6}"),
            Llama3RopeScaling => ", llama3 scaling (divisors in the file)",
            YarnRopeScaling yarn => Text($", YaRN scaling by {yarn.Factor:G6} from {yarn.OriginalContext} positions"),
            LongRopeScaling longer => Text($", longrope factors beyond {longer.OriginalContext} positions"),
            _ => "",
        };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
