namespace Cairn.Inference.Benchmarks;

/// <summary>How a decode speed feels to a reader.</summary>
public enum ThroughputGrade
{
    /// <summary>Under 20 tokens a second: one waits for the text.</summary>
    Slow,

    /// <summary>From 20 tokens a second.</summary>
    Fair,

    /// <summary>From 30 tokens a second.</summary>
    Good,

    /// <summary>From 40 tokens a second: faster than anyone reads.</summary>
    Excellent,
}
