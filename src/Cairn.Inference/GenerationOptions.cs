using System.Runtime.CompilerServices;
using Cairn.Inference.Sampling;
using Cairn.Inference.Speculation;
using Cairn.Models.Adapters;

namespace Cairn.Inference;

/// <summary>How a generation chooses its tokens and when it ends. Values are checked when they are set.</summary>
public sealed record GenerationOptions
{
    /// <summary>Most tokens to generate.</summary>
    /// <value>At least 1; null (default) for as many as the context window holds.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? MaxTokens
    {
        get;
        init => field = value is null or >= 1 ? value : throw OutOfRange(value, "at least 1, or null for no limit of its own");
    }

    /// <summary>Divides the logits: below 1 the likely tokens win more often, above 1 the others do.</summary>
    /// <value>0 to 100; 0 always takes the most likely token. Default 0.8.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or NaN.</exception>
    public float Temperature
    {
        get;
        init => field = value is >= 0 and <= 100 ? value : throw OutOfRange(value, "0 (greedy) to 100");
    }
    = 0.8f;

    /// <summary>Keeps the k most likely tokens.</summary>
    /// <value>At least 0; 0 keeps all. Default 40.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int TopK
    {
        get;
        init => field = value >= 0 ? value : throw OutOfRange(value, "at least 0; 0 keeps all tokens");
    }
    = 40;

    /// <summary>Keeps the fewest most likely tokens whose probabilities sum to this at least.</summary>
    /// <value>0 to 1; 1 keeps all, 0 one token. Default 0.95.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or NaN.</exception>
    public float TopP
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw OutOfRange(value, "0 to 1; 1 keeps all tokens");
    }
    = 0.95f;

    /// <summary>Keeps the tokens that are at least this fraction as likely as the best one.</summary>
    /// <value>0 to 1; 0 keeps all. Default 0.05.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or NaN.</exception>
    public float MinP
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw OutOfRange(value, "0 to 1; 0 keeps all tokens");
    }
    = 0.05f;

    /// <summary>Makes tokens seen before less likely: positive logits are divided by it, others multiplied.</summary>
    /// <value>Greater than 0 and at most 100; 1 (default) does nothing.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or NaN.</exception>
    public float RepetitionPenalty
    {
        get;
        init => field = value is > 0 and <= 100 ? value : throw OutOfRange(value, "greater than 0, at most 100; 1 does nothing");
    }
    = 1;

    /// <summary>Subtracted from a token's logit once for each time it was seen.</summary>
    /// <value>−100 to 100; 0 (default) does nothing.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or NaN.</exception>
    public float FrequencyPenalty
    {
        get;
        init => field = value is >= -100 and <= 100 ? value : throw OutOfRange(value, "-100 to 100; 0 does nothing");
    }

    /// <summary>Subtracted from the logit of every token that was seen.</summary>
    /// <value>−100 to 100; 0 (default) does nothing.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or NaN.</exception>
    public float PresencePenalty
    {
        get;
        init => field = value is >= -100 and <= 100 ? value : throw OutOfRange(value, "-100 to 100; 0 does nothing");
    }

    /// <summary>How many of the latest tokens, prompt included, the three penalties look at.</summary>
    /// <value>At least 0; default 64. <see cref="int.MaxValue"/> for all.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int PenaltyWindow
    {
        get;
        init => field = value >= 0 ? value : throw OutOfRange(value, "at least 0");
    }
    = 64;

    /// <summary>Starts the random numbers: the same seed, prompt and options give the same text.</summary>
    /// <value>Null (default) for a new seed each time.</value>
    public ulong? Seed { get; init; }

    /// <summary>Order of the samplers.</summary>
    /// <value>Default <see cref="SamplerOrder.LlamaCpp"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration.</exception>
    public SamplerOrder SamplerOrder
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw OutOfRange(value, "one of the enumeration's");
    }

    /// <summary>Texts that end the generation; they are not part of the answer.</summary>
    /// <value>None empty; default no text.</value>
    /// <exception cref="ArgumentException">A text is null or empty.</exception>
    public IReadOnlyList<string> StopSequences
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(StopSequences));
            field = value.Any(string.IsNullOrEmpty)
                ? throw new ArgumentException(
                    "A stop sequence is empty; it would end every generation at once.", nameof(StopSequences))
                : [.. value];
        }
    }
    = [];

    /// <summary>How many of the most likely tokens to report with each token.</summary>
    /// <value>At least 0 (default: none); more than the vocabulary holds means all of it.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int LogProbabilities
    {
        get;
        init => field = value >= 0 ? value : throw OutOfRange(value, "at least 0");
    }

    /// <summary>What happens when prompt and answer do not fit the context window.</summary>
    /// <value>Default <see cref="ContextOverflow.Error"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration.</exception>
    public ContextOverflow Overflow
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw OutOfRange(value, "one of the enumeration's");
    }

    /// <summary>True to go on where the model would end its turn, until the limit of tokens.</summary>
    public bool IgnoreEndOfGeneration { get; init; }

    /// <summary>Whether to guess the next tokens from the text so far and check several in one pass.</summary>
    /// <value>Default <see cref="LookupMode.Off"/>. The tokens are the same in every mode.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration.</exception>
    public LookupMode Lookup
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw OutOfRange(value, "one of the enumeration's");
    }

    /// <summary>LoRA adapters that the model has loaded, and how strongly each is used.</summary>
    /// <value>Default: the base model alone.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public AdapterSet Adapters
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Adapters));
            field = value;
        }
    }
    = AdapterSet.Empty;

    /// <summary>Receives the share of the prompt that has been read, 0 to 1: first what the cache held, then after every 128 tokens.</summary>
    /// <value>Default: nobody. Called by the thread that computes.</value>
    public IProgress<double>? PromptProgress { get; init; }

    private static ArgumentOutOfRangeException OutOfRange<T>(
        T value, string expected, [CallerMemberName] string property = "") =>
        new(property, value, $"{property} must be {expected}.");
}
