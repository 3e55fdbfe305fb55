using System.CommandLine;
using Cairn.Inference;
using Cairn.Inference.Speculation;

namespace Cairn.Cli.CommandLine;

/// <summary>The options of every command that generates text.</summary>
internal sealed class SamplingOptions
{
    private readonly Option<int> _maxTokens;
    private readonly Option<float?> _temperature = Number("--temperature", "0 = always the likeliest token.");
    private readonly Option<int?> _topK = new("--top-k") { Description = "Keep the k likeliest tokens; 0 = all.", HelpName = "k" };
    private readonly Option<float?> _topP = Number("--top-p", "Keep the smallest set of tokens whose probability reaches p.");
    private readonly Option<float?> _minP = Number("--min-p", "Keep tokens at least this share as likely as the best.");
    private readonly Option<float?> _repetition = Number("--repetition-penalty", "Divide the logits of tokens already seen; 1 = off.");
    private readonly Option<float?> _frequency = Number("--frequency-penalty", "Subtract this for each time a token occurred.");
    private readonly Option<float?> _presence = Number("--presence-penalty", "Subtract this once for a token that occurred.");
    private readonly Option<long?> _seed = new("--seed") { Description = "Seed of the random draws; the same seed repeats the text.", HelpName = "number" };
    private readonly Option<string[]> _stop = new("--stop") { Description = "Stop when this text appears (repeatable).", HelpName = "text" };

    private readonly Option<string> _lookup = new("--lookup")
    {
        Description = "Guess tokens from the text so far and check several at once, where it pays (auto), always or never; the text stays the same.",
        DefaultValueFactory = _ => "auto",
        HelpName = "off|auto|on",
    };

    /// <param name="command">Gets the options.</param>
    /// <param name="maxTokens">Default of <c>--max-tokens</c>.</param>
    public SamplingOptions(Command command, int maxTokens)
    {
        _maxTokens = new Option<int>("--max-tokens", "-n")
        {
            Description = "Most tokens to generate.",
            DefaultValueFactory = _ => maxTokens,
            HelpName = "count",
        };
        _lookup.AcceptOnlyFromAmong("off", "auto", "on");
        Option[] options = [_maxTokens, _temperature, _topK, _topP, _minP, _repetition, _frequency, _presence, _seed, _stop, _lookup];
        foreach (var option in options) command.Options.Add(option);
    }

    /// <summary>The engine's options for what was given.</summary>
    /// <exception cref="CliException">A value is out of range.</exception>
    public GenerationOptions Read(ParseResult arguments)
    {
        var defaults = new GenerationOptions();
        try
        {
            return defaults with
            {
                MaxTokens = arguments.GetValue(_maxTokens),
                Temperature = arguments.GetValue(_temperature) ?? defaults.Temperature,
                TopK = arguments.GetValue(_topK) ?? defaults.TopK,
                TopP = arguments.GetValue(_topP) ?? defaults.TopP,
                MinP = arguments.GetValue(_minP) ?? defaults.MinP,
                RepetitionPenalty = arguments.GetValue(_repetition) ?? defaults.RepetitionPenalty,
                FrequencyPenalty = arguments.GetValue(_frequency) ?? defaults.FrequencyPenalty,
                PresencePenalty = arguments.GetValue(_presence) ?? defaults.PresencePenalty,
                Seed = arguments.GetValue(_seed) is { } seed ? unchecked((ulong)seed) : defaults.Seed,
                StopSequences = arguments.GetValue(_stop) ?? [],
                Lookup = Enum.Parse<LookupMode>(arguments.GetValue(_lookup)!, ignoreCase: true),
            };
        }
        catch (ArgumentException exception)
        {
            throw new CliException(exception.Message, ExitCode.Usage);
        }
    }

    private static Option<float?> Number(string name, string description) =>
        new(name) { Description = description, HelpName = "number" };
}
