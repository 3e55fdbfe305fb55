using Cairn.Models.Configuration;

namespace Cairn.Hub.Inspection;

/// <summary>The names that people use for the choices of a configuration.</summary>
internal static class FeatureWords
{
    public static string Of(FeedForwardKind kind) => kind switch
    {
        FeedForwardKind.GatedSilu => "SwiGLU",
        FeedForwardKind.GatedGeluTanh => "GeGLU (tanh)",
        FeedForwardKind.GeluTanh => "GELU (tanh)",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static string Of(EncoderFeedForward kind) => kind switch
    {
        EncoderFeedForward.Gelu => "GELU",
        EncoderFeedForward.GatedSilu => "SwiGLU",
        EncoderFeedForward.GatedGelu => "GeGLU",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static string Of(NormKind kind) => kind switch
    {
        NormKind.Rms => "RMS norm",
        NormKind.Layer => "layer norm",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static string Of(QueryKeyNorm norm) => norm switch
    {
        QueryKeyNorm.None => "none",
        QueryKeyNorm.PerHead => "each head",
        QueryKeyNorm.WholeRow => "whole rows",
        _ => throw new ArgumentOutOfRangeException(nameof(norm), norm, null),
    };

    public static string Of(RopePairing pairing) => pairing switch
    {
        RopePairing.Adjacent => "in neighbouring pairs",
        RopePairing.Halves => "in halves",
        _ => throw new ArgumentOutOfRangeException(nameof(pairing), pairing, null),
    };

    public static string Of(Pooling pooling) => pooling switch
    {
        Pooling.None => "none, one vector a token",
        Pooling.Mean => "mean of all tokens",
        Pooling.Cls => "first token (CLS)",
        Pooling.Last => "last token",
        Pooling.Rank => "none, a head gives scores",
        _ => throw new ArgumentOutOfRangeException(nameof(pooling), pooling, null),
    };
}
