using Cairn.Abstractions;
using Cairn.Inference;
using Cairn.Models.Adapters;

namespace Cairn.AI;

/// <summary>How likely a local language model finds given continuations of a prompt.</summary>
/// <param name="model">The engine; not disposed by this client.</param>
/// <param name="adapters">Adapters that the model has loaded; null for the base model alone.</param>
public sealed class LocalLogLikelihoodClient(LanguageModel model, AdapterSet? adapters = null) : ILogLikelihoodClient
{
    /// <inheritdoc />
    public Task<IReadOnlyList<double>> ScoreAsync(
        string prompt, IReadOnlyList<string> continuations, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(continuations);
        var prefix = model.Tokenizer.Encode(prompt, addSpecial: true);
        var tails = continuations.Select(text => model.Tokenizer.Encode(text)).ToArray();
        return Task.Run<IReadOnlyList<double>>(
            () => model.ScoreContinuations(prefix, tails, adapters, cancellationToken), cancellationToken);
    }
}
