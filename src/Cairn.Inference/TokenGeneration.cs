using Cairn.Inference.Sampling;
using Cairn.Inference.Speculation;
using Cairn.Models.Tokenizers;

namespace Cairn.Inference;

/// <summary>One running generation: computes a token a step until something ends it.</summary>
/// <remarks>Not thread-safe; the owner holds the engine while a step runs.</remarks>
internal sealed class TokenGeneration
{
    private readonly DraftedSteps _steps;
    private readonly Tokenizer _tokenizer;
    private readonly GenerationOptions _options;
    private readonly int _maxTokens;
    private readonly int[] _prompt;
    private readonly SamplerChain _sampler;
    private readonly IncrementalDetokenizer _detokenizer;
    private readonly StopSequenceMatcher _stops;
    private int _generated;
    private int _last;

    public TokenGeneration(
        DecodingSession session, Tokenizer tokenizer, int[] prompt, int maxTokens, GenerationOptions options)
    {
        _steps = new DraftedSteps(session, options.Lookup);
        _tokenizer = tokenizer;
        _prompt = prompt;
        _maxTokens = maxTokens;
        _options = options;
        _sampler = SamplerChain.Create(options);
        _detokenizer = tokenizer.CreateDetokenizer(skipSpecial: true);
        _stops = new StopSequenceMatcher(options.StopSequences);
    }

    /// <summary>Computes the next token. The one with a finish reason is the last.</summary>
    public GeneratedToken Next(CancellationToken cancellationToken)
    {
        Span<float> logits = _generated == 0
            ? _steps.Start(_prompt, _options.Adapters, _options.PromptProgress, cancellationToken)
            : _steps.Advance(_last, _maxTokens - _generated - 1, cancellationToken);
        double logSumExp = LogProbabilities.LogSumExp(logits);
        TokenProbability[]? top = _options.LogProbabilities > 0
            ? LogProbabilities.Top(logits, logSumExp, _options.LogProbabilities)
            : null;
        int id = _sampler.Sample(logits, _steps.History);
        float logProbability = (float)(logits[id] - logSumExp);
        _generated++;
        _last = id;
        int drafted = _steps.NewlyDrafted;
        bool isGuessed = _steps.Choose(id);
        (string text, FinishReason? reason) = Advance(id);
        if (reason is not null)
            _steps.Cut();

        return new GeneratedToken(id, text, logProbability, reason, top) { DraftedTokens = drafted, WasDrafted = isGuessed };
    }

    private (string Text, FinishReason? Reason) Advance(int id)
    {
        if (!_options.IgnoreEndOfGeneration && _tokenizer.EndOfGenerationIds.Contains(id))
            return (Finish(), FinishReason.Stop);

        string text = _stops.Append(_detokenizer.Append(id));
        if (_stops.IsMatched)
            return (text, FinishReason.Stop);

        return _generated < _maxTokens ? (text, null) : (text + Finish(), FinishReason.Length);
    }

    /// <summary>What was held back as a possible half character or stop sequence.</summary>
    private string Finish()
    {
        string text = _stops.Append(_detokenizer.Flush());
        return _stops.IsMatched ? text : text + _stops.Flush();
    }
}
