using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Tokenizers;
using Cairn.Tensors;

namespace Cairn.Inference;

/// <summary>A cross-encoder with its tokenizer: says how well documents answer a query, reading both together.</summary>
/// <remarks>Thread-safe: one engine serves all callers, whose calls queue. Dispose it when no call is running.</remarks>
public sealed class RerankModel : IDisposable
{
    private readonly ClassificationModel _model;

    private RerankModel(ClassificationModel model) => _model = model;

    /// <summary>Name of the file or folder.</summary>
    public string Name => _model.Name;

    /// <summary>The file or folder.</summary>
    public string Path => _model.Path;

    /// <summary>Text to tokens.</summary>
    public Tokenizer Tokenizer => _model.Tokenizer;

    /// <summary>Shape of the model.</summary>
    public EncoderConfiguration Configuration => _model.Configuration;

    /// <summary>Most tokens that are read of query and document together, special tokens included.</summary>
    public int MaxTokens => _model.MaxTokens;

    /// <summary>How long loading took.</summary>
    public TimeSpan LoadTime => _model.LoadTime;

    /// <summary>Weight matrices with their kernels.</summary>
    public IReadOnlyList<WeightMatrix> Weights => _model.Weights;

    /// <summary>Loads a cross-encoder.</summary>
    /// <param name="path">A GGUF file, a folder that holds exactly one, or a Hugging Face folder with safetensors.</param>
    /// <param name="options">Threads and arithmetic.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="ModelFormatException">A file is damaged, or the model does not give one score for a pair of texts.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static RerankModel Load(
        string path, ModelLoadOptions? options = null, CancellationToken cancellationToken = default)
    {
        var model = ClassificationModel.Load(path, options, cancellationToken);
        string? problem = model.Labels.Count != 1 ? $"{model.Labels.Count} labels ({string.Join(", ", model.Labels.Take(4))})"
            : model.Tokenizer.PairTemplate is null ? "a tokenizer that does not say how two texts are put together"
            : null;
        if (problem is null)
            return new RerankModel(model);

        model.Dispose();
        throw new ModelFormatException(
            ModelFormatError.Unsupported, path, "the model is no cross-encoder", "one score for a pair of texts", problem);
    }

    /// <summary>Scores documents against one query: raw logits, of which the greater is the better. Sigmoid makes shares of them.</summary>
    /// <param name="query">The question or search words.</param>
    /// <param name="documents">Texts; where query and document exceed <see cref="MaxTokens"/>, the longer is cut.</param>
    /// <param name="cancellationToken">Stops within a layer.</param>
    /// <returns>One score a document, in their order.</returns>
    public float[] Score(string query, IReadOnlyList<string> documents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(documents);
        TextPair[] pairs = [.. documents.Select(document => new TextPair(query, document))];
        return [.. _model.Classify(pairs, cancellationToken).Select(scores => scores[0])];
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
