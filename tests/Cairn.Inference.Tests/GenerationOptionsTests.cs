using Cairn.Inference.Sampling;
using Xunit;

namespace Cairn.Inference.Tests;

public sealed class GenerationOptionsTests
{
    public static TheoryData<string, Func<GenerationOptions>> BadValues => new()
    {
        { "MaxTokens", () => new GenerationOptions { MaxTokens = 0 } },
        { "Temperature", () => new GenerationOptions { Temperature = -0.1f } },
        { "Temperature", () => new GenerationOptions { Temperature = float.NaN } },
        { "TopK", () => new GenerationOptions { TopK = -1 } },
        { "TopP", () => new GenerationOptions { TopP = 1.01f } },
        { "MinP", () => new GenerationOptions { MinP = -0.01f } },
        { "RepetitionPenalty", () => new GenerationOptions { RepetitionPenalty = 0 } },
        { "FrequencyPenalty", () => new GenerationOptions { FrequencyPenalty = float.PositiveInfinity } },
        { "PresencePenalty", () => new GenerationOptions { PresencePenalty = float.NaN } },
        { "PenaltyWindow", () => new GenerationOptions { PenaltyWindow = -1 } },
        { "LogProbabilities", () => new GenerationOptions { LogProbabilities = -1 } },
        { "Overflow", () => new GenerationOptions { Overflow = (ContextOverflow)9 } },
        { "SamplerOrder", () => new GenerationOptions { SamplerOrder = (SamplerOrder)9 } },
    };

    [Theory]
    [MemberData(nameof(BadValues), DisableDiscoveryEnumeration = true)]
    public void Values_outside_their_range_are_refused_by_name(string property, Func<GenerationOptions> create)
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(create);

        Assert.Equal(property, exception.ParamName);
        Assert.Contains($"{property} must be", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_stop_sequences_are_refused() =>
        Assert.Throws<ArgumentException>(() => new GenerationOptions { StopSequences = ["a", ""] });

    [Fact]
    public void Defaults_are_valid_when_set_again()
    {
        var defaults = new GenerationOptions();

        var copy = new GenerationOptions
        {
            MaxTokens = defaults.MaxTokens,
            Temperature = defaults.Temperature,
            TopK = defaults.TopK,
            TopP = defaults.TopP,
            MinP = defaults.MinP,
            RepetitionPenalty = defaults.RepetitionPenalty,
            FrequencyPenalty = defaults.FrequencyPenalty,
            PresencePenalty = defaults.PresencePenalty,
            PenaltyWindow = defaults.PenaltyWindow,
            LogProbabilities = defaults.LogProbabilities,
            Overflow = defaults.Overflow,
            SamplerOrder = defaults.SamplerOrder,
        };

        Assert.Equal(defaults.Temperature, copy.Temperature);
        Assert.Equal(40, copy.TopK);
    }
}
