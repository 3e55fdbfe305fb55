using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Tokenizers;

namespace Cairn.Models.Configuration;

/// <summary>Checks a model as a whole: every tensor that the architecture reads is there, with its shape, and no other.</summary>
/// <remarks>A file that passes can be loaded without further questions about names, shapes and token numbers.</remarks>
public static class ModelValidator
{
    private const int RowsPerReport = 1024;

    /// <summary>Reads a decoder's configuration and checks tensors and vocabulary against it.</summary>
    /// <exception cref="ModelFormatException">The file is not a complete model of a supported family.</exception>
    public static DecoderConfiguration ValidateDecoder(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var configuration = DecoderConfiguration.FromGguf(file);
        ValidateDecoder(file, configuration);
        VocabularyValidator.Validate(file, configuration.VocabularySize);
        return configuration;
    }

    /// <summary>Reads an encoder's configuration and checks tensors and vocabulary against it.</summary>
    /// <exception cref="ModelFormatException">The file is not a complete model of a supported family.</exception>
    public static EncoderConfiguration ValidateEncoder(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var configuration = EncoderMetadata.Read(file);
        ValidateTensors(file, EncoderTensors.Of(configuration));
        VocabularyValidator.Validate(file, configuration.VocabularySize);
        return configuration;
    }

    /// <summary>Checks that a source has the tensors of an encoder; others may be there too (a pooler, a head).</summary>
    /// <param name="source">An open file or folder.</param>
    /// <param name="configuration">Its configuration.</param>
    /// <exception cref="ModelFormatException">A tensor is missing or has another shape.</exception>
    public static void ValidateEncoder(ITensorSource source, EncoderConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(configuration);
        var tensors = ByName(source);
        foreach (var required in EncoderTensors.Of(configuration)) ValidateTensor(source, tensors, required);
    }

    /// <summary>Checks that a source has the tensors of a decoder, and no other.</summary>
    /// <param name="source">An open file or folder.</param>
    /// <param name="configuration">Its configuration.</param>
    /// <exception cref="ModelFormatException">A tensor is missing, has another shape or has no place in the family.</exception>
    public static void ValidateDecoder(ITensorSource source, DecoderConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(configuration);
        ValidateTensors(source, DecoderTensors.Of(configuration));
    }

    /// <summary>Checks that a folder's tokenizer and its model belong together: every piece of text has an embedding row.</summary>
    /// <param name="path">The folder, for the message.</param>
    /// <param name="tokenizer">Its tokenizer; added tokens may have ids beyond the embedding.</param>
    /// <param name="vocabularySize">Rows of the token embedding.</param>
    /// <exception cref="ModelFormatException">A piece of text has an id beyond the embedding.</exception>
    public static void ValidateTokenizer(string path, Tokenizer tokenizer, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        VocabularyValidator.Validate(path, tokenizer, vocabularySize);
    }

    /// <summary>Checks that the model has an embedding row for each of some tokens.</summary>
    /// <param name="path">The folder, for the message.</param>
    /// <param name="tokenizer">Its tokenizer, which made the tokens.</param>
    /// <param name="ids">The tokens.</param>
    /// <param name="vocabularySize">Rows of the token embedding.</param>
    /// <exception cref="ModelFormatException">An id lies beyond the embedding.</exception>
    public static void ValidateTokens(string path, Tokenizer tokenizer, ReadOnlySpan<int> ids, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        foreach (var id in ids)
        {
            if (id >= vocabularySize) throw VocabularyValidator.NoRow(path, tokenizer, id, vocabularySize);
        }
    }

    /// <summary>Reads every weight and refuses NaN and infinity.</summary>
    /// <param name="source">An open file or folder; every page of it is read.</param>
    /// <param name="cancellationToken">Stops between tensors and inside large ones.</param>
    /// <exception cref="ModelFormatException">A weight is not finite, or has a type without a conversion.</exception>
    public static void ValidateWeights(ITensorSource source, CancellationToken cancellationToken = default) =>
        ValidateWeights(source, null, cancellationToken);

    /// <summary>Reads every weight and refuses NaN and infinity.</summary>
    /// <param name="source">An open file or folder; every page of it is read.</param>
    /// <param name="progress">Told after each tensor, and on the way through large ones.</param>
    /// <param name="cancellationToken">Stops between tensors and inside large ones.</param>
    /// <exception cref="ModelFormatException">A weight is not finite, or has a type without a conversion.</exception>
    public static void ValidateWeights(
        ITensorSource source, IProgress<ReadProgress>? progress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var row = Array.Empty<float>();
        var (read, total) = (0L, source.Tensors.Sum(tensor => tensor.SizeInBytes));
        foreach (var info in source.Tensors)
        {
            cancellationToken.ThrowIfCancellationRequested();
            source.TryGetTensor(info.Name, out var view);
            RequireType(source, info, TensorValues.CanConvert(info.Type));
            if (row.Length < view.Columns) row = new float[view.Columns];
            for (var i = 0; i < view.Rows; i++)
            {
                if (i % RowsPerReport == RowsPerReport - 1)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    progress?.Report(new ReadProgress(info.Name, read + (info.SizeInBytes / view.Rows * i), total));
                }

                var values = row.AsSpan(0, view.Columns);
                view.CopyRow(i, values);
                var bad = IndexOfNotFinite(values);
                if (bad >= 0)
                {
                    throw new ModelFormatException(
                        ModelFormatError.NotFinite, source.Path, $"tensor '{info.Name}' has a weight that is no finite number",
                        "finite weights", $"{values[bad]} in row {i}, column {bad}", info.Offset, info.Name);
                }
            }

            source.Release(view);
            read += info.SizeInBytes;
            progress?.Report(new ReadProgress(info.Name, read, total));
        }
    }

    private static void ValidateTensors(ITensorSource source, IEnumerable<TensorRequirement> requirements)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var tensors = ByName(source);
        foreach (var required in requirements)
        {
            ValidateTensor(source, tensors, required);
            known.Add(required.Name);
        }

        var extra = source.Tensors.FirstOrDefault(tensor => !known.Contains(tensor.Name));
        if (extra is not null)
        {
            throw new ModelFormatException(
                ModelFormatError.UnexpectedTensor, source.Path,
                $"tensor '{extra.Name}' has no place in this architecture; ignoring it would change the model",
                tensor: extra.Name, offset: extra.Offset);
        }
    }

    /// <summary>Descriptions only: a tensor that is asked for by name may have to be made first.</summary>
    private static Dictionary<string, TensorInfo> ByName(ITensorSource source) =>
        source.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);

    private static void ValidateTensor(ITensorSource source, Dictionary<string, TensorInfo> tensors, TensorRequirement required)
    {
        if (!tensors.TryGetValue(required.Name, out var info))
        {
            if (required.IsOptional) return;

            RefuseSeparateExperts(source, tensors, required);
            throw new ModelFormatException(
                ModelFormatError.MissingTensor, source.Path, $"tensor {Name(source, required.Name)} is missing", tensor: required.Name);
        }

        if (!info.Shape.SequenceEqual(required.Shape))
        {
            throw new ModelFormatException(
                ModelFormatError.BadShape, source.Path, $"tensor {Name(source, required.Name)} has another shape than the configuration",
                $"[{string.Join(", ", required.Shape)}]", info.ShapeText, info.Offset, required.Name);
        }

        RequireType(source, info, TensorValues.CanRun(info.Type));
    }

    /// <summary>The oldest Mixtral files have a tensor for each expert instead of one for all: the message says what to do.</summary>
    private static void RefuseSeparateExperts(ITensorSource source, Dictionary<string, TensorInfo> tensors, TensorRequirement required)
    {
        var first = required.Name.Replace("_exps.", ".0.", StringComparison.Ordinal);
        if (first == required.Name || !tensors.TryGetValue(first, out var info)) return;

        throw new ModelFormatException(
            ModelFormatError.Unsupported, source.Path,
            "the file has a tensor for each expert, as converters wrote before April 2024; take a newer file of the model, or convert its Hugging Face folder with 'cairn convert'",
            $"'{required.Name}' with all experts", $"'{first}'", info.Offset, first);
    }

    /// <summary>A tensor's name, and before it the one that a Hugging Face folder has for it.</summary>
    private static string Name(ITensorSource source, string name) =>
        source is HuggingFaceModel model && model.Mapping.TryInvert(name, out var original)
            ? $"'{original.Pattern}' (GGUF's '{name}')"
            : $"'{name}'";

    private static void RequireType(ITensorSource source, TensorInfo tensor, bool isSupported)
    {
        if (isSupported) return;

        throw new ModelFormatException(
            ModelFormatError.Unsupported, source.Path, $"tensor '{tensor.Name}' has a type without kernels",
            TensorValues.SupportedTypes, $"{tensor.TypeName} ({(int)tensor.Type})", tensor.Offset, tensor.Name);
    }

    private static int IndexOfNotFinite(ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i])) return i;
        }

        return -1;
    }
}
