namespace Cairn.Inference.Benchmarks;

/// <summary>What a throughput measurement found.</summary>
/// <param name="PrefillTokensPerSecond">Median over the repeats.</param>
/// <param name="DecodeTokensPerSecond">Median over the repeats.</param>
/// <param name="LoadSeconds">From the call to a model that is ready.</param>
/// <param name="PeakResidentBytes">Most memory that the process has had resident, whatever else it did included.</param>
/// <param name="PrefillRuns">Every repeat, tokens a second.</param>
/// <param name="DecodeRuns">Every repeat, tokens a second.</param>
public sealed record ThroughputReport(
    double PrefillTokensPerSecond,
    double DecodeTokensPerSecond,
    double LoadSeconds,
    long PeakResidentBytes,
    IReadOnlyList<double> PrefillRuns,
    IReadOnlyList<double> DecodeRuns)
{
    /// <summary>Grade of the decode speed.</summary>
    public ThroughputGrade Grade => DecodeTokensPerSecond switch
    {
        >= 40 => ThroughputGrade.Excellent,
        >= 30 => ThroughputGrade.Good,
        >= 20 => ThroughputGrade.Fair,
        _ => ThroughputGrade.Slow,
    };
}
