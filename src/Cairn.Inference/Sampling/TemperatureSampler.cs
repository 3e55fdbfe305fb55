namespace Cairn.Inference.Sampling;

/// <summary>Temperature: divides logits by t; at 0 only the most likely token stays, of equals the lowest id.</summary>
/// <param name="temperature">t, at least 0; at 1 nothing happens.</param>
public sealed class TemperatureSampler(double temperature) : ISampler
{
    private readonly double _temperature = temperature >= 0
        ? temperature
        : throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "Temperature must be at least 0.");

    /// <inheritdoc/>
    public void Apply(TokenCandidates candidates, ReadOnlySpan<int> history)
    {
        if (_temperature == 0)
        {
            candidates.KeepBest(1);
        }
        else if (_temperature != 1)
        {
            candidates.Divide(_temperature);
        }
    }
}
