namespace Cairn.Inference.Benchmarks;

/// <summary>What a throughput measurement found.</summary>
/// <param name="PrefillTokensPerSecond">Median over the repeats.</param>
/// <param name="DecodeTokensPerSecond">Median over the repeats, of all sequences together.</param>
/// <param name="LoadSeconds">From the call to a model that is ready.</param>
/// <param name="PeakResidentBytes">Most memory that the process has had resident, whatever else it did included.</param>
/// <param name="PrefillRuns">Every repeat, tokens a second.</param>
/// <param name="DecodeRuns">Every repeat, tokens a second.</param>
/// <param name="Settings">What was measured.</param>
/// <param name="PrefillOperationsPerToken">Multiplications and additions of a prompt token in the weight matrices.</param>
/// <param name="DecodeBytesPerToken">Bytes of weights, keys and values that a step reads, divided by its tokens.</param>
public sealed record ThroughputReport(
    double PrefillTokensPerSecond,
    double DecodeTokensPerSecond,
    double LoadSeconds,
    long PeakResidentBytes,
    IReadOnlyList<double> PrefillRuns,
    IReadOnlyList<double> DecodeRuns,
    ThroughputSettings Settings,
    double PrefillOperationsPerToken,
    double DecodeBytesPerToken)
{
    /// <summary>Operations a second of the prefill, to compare with the integer peak of the machine.</summary>
    public double PrefillOperationsPerSecond => PrefillTokensPerSecond * PrefillOperationsPerToken;

    /// <summary>Bytes a second of the decoding, to compare with the read rate of the machine.</summary>
    public double DecodeBytesPerSecond => DecodeTokensPerSecond * DecodeBytesPerToken;

    /// <summary>Grade of the decode speed.</summary>
    public ThroughputGrade Grade => DecodeTokensPerSecond switch
    {
        >= 40 => ThroughputGrade.Excellent,
        >= 30 => ThroughputGrade.Good,
        >= 20 => ThroughputGrade.Fair,
        _ => ThroughputGrade.Slow,
    };
}
