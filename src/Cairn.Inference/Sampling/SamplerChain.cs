using System.Security.Cryptography;

namespace Cairn.Inference.Sampling;

/// <summary>Chooses tokens: samplers in order, then a draw from what they leave.</summary>
/// <remarks>
/// One chain serves one generation; it is not thread-safe. After the first token it allocates nothing. A draw walks the
/// remaining tokens, best first as far as the samplers sorted them, until their probabilities pass one random
/// number from 0 to 1; a chain that leaves one token draws no number.
/// </remarks>
public sealed class SamplerChain
{
    private readonly ISampler[] _samplers;
    private readonly TokenCandidates _candidates = new();
    private readonly Xoshiro256 _random;
    private readonly bool _isGreedy;

    /// <summary>Creates a chain of given samplers.</summary>
    /// <param name="samplers">Steps in order; none draws from the model's own distribution.</param>
    /// <param name="seed">Starts the random numbers.</param>
    public SamplerChain(IEnumerable<ISampler> samplers, ulong seed)
        : this([.. samplers], seed, isGreedy: false)
    {
    }

    private SamplerChain(ISampler[] samplers, ulong seed, bool isGreedy)
    {
        _samplers = samplers;
        _random = new Xoshiro256(seed);
        _isGreedy = isGreedy;
        Seed = seed;
    }

    /// <summary>Seed of the random numbers: the one asked for, or the one that was made up.</summary>
    public ulong Seed { get; }

    /// <summary>The steps in order; those that would do nothing are left out.</summary>
    public IReadOnlyList<ISampler> Samplers => _samplers;

    /// <summary>The chain that options describe.</summary>
    public static SamplerChain Create(GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var penalties = Penalties(options).ToArray();
        var seed = options.Seed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        if (options.Temperature == 0)
        {
            // Whatever else is kept, only the most likely token can be drawn.
            return new SamplerChain([.. penalties, new TemperatureSampler(0)], seed, isGreedy: penalties.Length == 0);
        }

        var temperature = Temperature(options);
        var truncation = Truncation(options);
        return new SamplerChain(
            [.. penalties, .. options.SamplerOrder == SamplerOrder.LlamaCpp
                ? truncation.Concat(temperature)
                : temperature.Concat(truncation)],
            seed,
            isGreedy: false);
    }

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits">Raw scores by id; minus infinity masks a token. Not changed.</param>
    /// <param name="history">Ids seen so far, oldest first; only penalties look at them.</param>
    /// <returns>The token's id.</returns>
    /// <exception cref="ArgumentException">A logit is NaN or plus infinity, or every token is masked.</exception>
    public int Sample(ReadOnlySpan<float> logits, ReadOnlySpan<int> history)
    {
        if (_isGreedy)
        {
            return ArgMax.Find(logits);
        }

        _candidates.Load(logits);
        foreach (var sampler in _samplers)
        {
            sampler.Apply(_candidates, history);
        }

        return Draw();
    }

    private int Draw()
    {
        if (_candidates.Count == 1)
        {
            return _candidates.Ids[0];
        }

        var weighted = _candidates.ComputeWeights();
        var left = _random.NextDouble() * weighted.Sum;
        var last = weighted.Weights.Length - 1;
        var index = 0;
        while (index < last && (left -= weighted.Weights[index]) >= 0)
        {
            index++;
        }

        return _candidates.Ids[index];
    }

    private static IEnumerable<ISampler> Penalties(GenerationOptions options)
    {
        if (options.RepetitionPenalty != 1 && options.PenaltyWindow > 0)
        {
            yield return new RepetitionPenaltySampler(options.RepetitionPenalty, options.PenaltyWindow);
        }

        if ((options.FrequencyPenalty != 0 || options.PresencePenalty != 0) && options.PenaltyWindow > 0)
        {
            yield return new CountPenaltySampler(
                options.FrequencyPenalty, options.PresencePenalty, options.PenaltyWindow);
        }
    }

    private static IEnumerable<ISampler> Truncation(GenerationOptions options)
    {
        if (options.TopK > 0)
        {
            yield return new TopKSampler(options.TopK);
        }

        if (options.TopP < 1)
        {
            yield return new TopPSampler(options.TopP);
        }

        if (options.MinP > 0)
        {
            yield return new MinPSampler(options.MinP);
        }
    }

    private static IEnumerable<ISampler> Temperature(GenerationOptions options) =>
        options.Temperature == 1 ? [] : [new TemperatureSampler(options.Temperature)];
}
