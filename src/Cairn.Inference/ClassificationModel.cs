using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Tokenizers;
using Cairn.Tensors;

namespace Cairn.Inference;

/// <summary>An encoder with a classification head and its tokenizer: texts or pairs of texts in, one number a label out.</summary>
/// <remarks>Thread-safe: one engine serves all callers, whose calls queue. Dispose it when no call is running.</remarks>
public sealed class ClassificationModel : IDisposable
{
    private readonly EncoderEngine _engine;

    private ClassificationModel(EncoderEngine engine) => _engine = engine;

    /// <summary>Name of the file or folder.</summary>
    public string Name => _engine.Name;

    /// <summary>The file or folder.</summary>
    public string Path => _engine.Path;

    /// <summary>Text to tokens.</summary>
    public Tokenizer Tokenizer => _engine.Tokenizer;

    /// <summary>Shape of the model.</summary>
    public EncoderConfiguration Configuration => _engine.Encoder.Configuration;

    /// <summary>What the numbers of a result mean, in order.</summary>
    public IReadOnlyList<string> Labels => Configuration.Labels;

    /// <summary>Most tokens that are read of a text or of both texts of a pair, special tokens included.</summary>
    public int MaxTokens => Configuration.MaxTokens;

    /// <summary>How long loading took.</summary>
    public TimeSpan LoadTime => _engine.LoadTime;

    /// <summary>Weight matrices with their kernels.</summary>
    public IReadOnlyList<WeightMatrix> Weights => _engine.Encoder.Weights;

    /// <summary>Loads a classifier.</summary>
    /// <param name="path">A GGUF file, a folder that holds exactly one, or a Hugging Face folder with safetensors.</param>
    /// <param name="options">Threads and arithmetic.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="ModelFormatException">A file is damaged, not an encoder that can run, or lacks the head or a part of it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ClassificationModel Load(
        string path, ModelLoadOptions? options = null, CancellationToken cancellationToken = default)
    {
        EncoderEngine engine = EncoderEngine.Load(path, ModelLoadOptions.Valid(options), cancellationToken);
        try
        {
            RequireHead(engine);
            return new ClassificationModel(engine);
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>Computes the raw logits of texts; what a text has beyond <see cref="MaxTokens"/> is left out.</summary>
    /// <param name="texts">Texts. The names of special tokens in them are read as such, as the published model does.</param>
    /// <param name="cancellationToken">Stops within a layer.</param>
    /// <returns>For each text one number a label.</returns>
    public float[][] Classify(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Run(
            texts.Count,
            text => TextInputs.Cut(Tokenizer.Encode(texts[text], addSpecial: true, parseSpecial: true), MaxTokens),
            cancellationToken);
    }

    /// <summary>Computes the raw logits of pairs of texts; the longer text of a pair is cut where both exceed <see cref="MaxTokens"/>.</summary>
    /// <param name="pairs">Pairs. The names of special tokens in them are read as such, as the published model does.</param>
    /// <param name="cancellationToken">Stops within a layer.</param>
    /// <returns>For each pair one number a label.</returns>
    /// <exception cref="NotSupportedException">The tokenizer does not say how a pair is written.</exception>
    public float[][] Classify(IReadOnlyList<TextPair> pairs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Run(
            pairs.Count,
            pair => Tokenizer.EncodePair(pairs[pair].First, pairs[pair].Second, MaxTokens, parseSpecial: true),
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    private float[][] Run(int count, Func<int, TokenizedPair> tokenize, CancellationToken cancellationToken)
    {
        var inputs = new TokenizedPair[count];
        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            inputs[i] = tokenize(i);
        }

        var results = new float[count][];
        _engine.Run(
            inputs,
            (text, hidden) => _engine.Encoder.Head!.Apply(hidden, results[text] = new float[Labels.Count]),
            cancellationToken);
        return results;
    }

    /// <summary>Refuses a model without labels, and one whose scores would be wrong without a word.</summary>
    private static void RequireHead(EncoderEngine engine)
    {
        EncoderTensorNames names = engine.Encoder.Configuration.TensorNames;
        if (engine.Encoder.Head is not { IsClassifier: true } head)
        {
            throw new ModelFormatException(
                ModelFormatError.Unsupported, engine.Path, "the model has no classification head, so it gives no scores",
                "a cross-encoder or a classifier", $"no '{EncoderTensorNames.WeightOf(names.HeadOutput)}'");
        }

        if (head.IsComplete)
            return;

        throw new ModelFormatException(
            ModelFormatError.MissingTensor, engine.Path,
            $"'{EncoderTensorNames.WeightOf(names.HeadDense)}' is missing: the converter that made this file left out the first matrix of the "
            + "head (BERT's pooler), and scores without it are wrong; make the file from the original folder with 'cairn convert'",
            tensor: EncoderTensorNames.WeightOf(names.HeadDense));
    }
}
