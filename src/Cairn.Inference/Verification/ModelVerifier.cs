using System.Numerics.Tensors;
using Cairn.Models;
using Cairn.Models.Adapters;
using Cairn.Models.ChatTemplates;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Safetensors;
using Cairn.Models.Tokenizers;
using Cairn.Models.Transformers;
using Cairn.Tensors;

namespace Cairn.Inference.Verification;

/// <summary>Answers whether a model file or folder is sound: structure, vocabulary, template, every weight, and a few tokens.</summary>
/// <remarks>
/// Checks go from cheap to dear, so a broken header is refused at once. A fault is an exception that names it; nothing is
/// repaired or overlooked. Everything a file could break is read here, so a model that passes loads and runs.
/// </remarks>
public sealed class ModelVerifier
{
    private const string SampleText = "The quick brown fox: 3 jumps, naïve café, 日本語, 🙂.";
    private const int RunTokens = 8;
    private const double WeightsShare = 0.8; // of the progress; the rest is loading and running

    private static readonly string[] TokenizerFiles = ["tokenizer.json", "tokenizer.model", "spiece.model"];

    private readonly string _path;
    private readonly ModelLoadOptions _options;
    private readonly IProgress<VerificationProgress>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly List<VerificationCheck> _checks = [];

    private ModelVerifier(
        string path, ModelLoadOptions options, IProgress<VerificationProgress>? progress, CancellationToken cancellationToken)
    {
        _path = path;
        _options = options;
        _progress = progress;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Verifies a GGUF file, a Hugging Face folder or a safetensors file.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">Threads and arithmetic of the trial run; null for the defaults.</param>
    /// <param name="progress">Told what is being checked.</param>
    /// <param name="cancellationToken">Stops within a few thousand rows or one layer.</param>
    /// <exception cref="ModelFormatException">The model has a fault; kind, offset and tensor say which.</exception>
    /// <exception cref="ChatTemplateException">Its chat template cannot be read or fails on a plain conversation.</exception>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ModelVerification Verify(
        string path,
        ModelLoadOptions? options = null,
        IProgress<VerificationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var verifier = new ModelVerifier(path, options ?? new ModelLoadOptions(), progress, cancellationToken);
        if (AdapterFile.IsAdapter(path)) return verifier.VerifyAdapter();
        if (Directory.Exists(path))
            return ModelPath.HasGguf(path) ? verifier.VerifyGguf(ModelPath.FindGguf(path)) : verifier.VerifyFolder();

        if (!File.Exists(path)) throw new FileNotFoundException($"There is no model file '{path}'.", path);

        return path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
            ? verifier.VerifySafetensors()
            : verifier.VerifyGguf(path);
    }

    private ModelVerification VerifyGguf(string path)
    {
        using GgufFile file = GgufFile.Open(path);
        Passed("container", $"GGUF version {file.Version}: {file.Metadata.Entries.Count:N0} metadata keys, "
            + $"{file.Tensors.Count:N0} tensors inside the file's {file.SizeInBytes:N0} bytes, none overlapping");
        string architecture = file.Metadata.GetString(Architectures.ArchitectureKey);
        bool isEncoder = EncoderFamilies.HasArchitecture(architecture);
        EncoderConfiguration? encoder = isEncoder ? ModelValidator.ValidateEncoder(file) : null;
        DecoderConfiguration? decoder = isEncoder ? null : ModelValidator.ValidateDecoder(file);
        PassedStructure(decoder, encoder);
        Tokenizer? tokenizer = file.Metadata.Contains("tokenizer.ggml.model") ? Tokenizer.FromGguf(file) : null;
        CheckTokenizer(tokenizer);
        if (!isEncoder) CheckTemplate(tokenizer, ModelChatTemplate.FromGguf(file, tokenizer));
        CheckWeights(file);
        Run(file, decoder, encoder, tokenizer);
        return Finish(path, "gguf", isEncoder ? "encoder" : "decoder", architecture);
    }

    private ModelVerification VerifyFolder()
    {
        using HuggingFaceModel model = HuggingFaceModel.Open(_path);
        Passed("container", $"Hugging Face folder: config.json and {model.Tensors.Count:N0} tensors in safetensors files"
            + (model.LeftOut.Count == 0 ? "" : $", {model.LeftOut.Count:N0} more of parts that are not run"));
        if (model.Encoder is not null) ModelValidator.ValidateEncoder(model, model.Encoder);
        else ModelValidator.ValidateDecoder(model, model.Decoder!);
        PassedStructure(model.Decoder, model.Encoder);
        Tokenizer? tokenizer = TokenizerFiles.Any(name => File.Exists(Path.Combine(_path, name))) ? Tokenizer.Load(_path) : null;
        CheckTokenizer(tokenizer);
        if (tokenizer is not null) ModelValidator.ValidateTokenizer(_path, tokenizer, model.Decoder?.VocabularySize ?? model.Encoder!.VocabularySize);
        if (model.Decoder is not null) CheckTemplate(tokenizer, ModelChatTemplate.FromFolder(_path, tokenizer));
        CheckWeights(model);
        Run(model, model.Decoder, model.Encoder, tokenizer);
        return Finish(_path, "hugging_face", model.Encoder is null ? "decoder" : "encoder", model.ModelType);
    }

    private ModelVerification VerifyAdapter()
    {
        using AdapterFile adapter = AdapterFile.Open(_path);
        Passed("container", $"{(adapter.Format == AdapterFormat.Gguf ? "GGUF" : "PEFT")} adapter: {adapter.Modules.Count:N0} adapted and {adapter.Replacements.Count:N0} replaced matrices");
        Passed("structure", $"rank up to {adapter.Rank}, every pair of matrices fits; whether they fit a base model shows when it loads them");
        using ITensorSource weights = adapter.Format == AdapterFormat.Gguf
            ? GgufFile.Open(_path)
            : SafetensorsFile.Open(Path.Combine(_path, "adapter_model.safetensors"));
        CheckWeights(weights);
        return Finish(_path, adapter.Format == AdapterFormat.Gguf ? "gguf" : "peft", "adapter", adapter.Architecture);
    }

    private ModelVerification VerifySafetensors()
    {
        using SafetensorsFile file = SafetensorsFile.Open(_path);
        Passed("container", $"safetensors: {file.Tensors.Count:N0} tensors that cover the file's data without gap or overlap");
        CheckWeights(file);
        return Finish(_path, "safetensors", "tensors", null);
    }

    private void CheckTokenizer(Tokenizer? tokenizer)
    {
        if (tokenizer is null)
        {
            Passed("tokenizer", "none: the model takes token ids only");
            return;
        }

        int[] ids = tokenizer.Encode(SampleText);
        string returned = tokenizer.Decode(ids);
        string loss = returned == SampleText ? "and decodes back to itself" : $"and decodes to '{returned}'";
        Passed("tokenizer", $"{tokenizer.VocabularySize:N0} tokens; a sample text becomes {ids.Length} of them {loss}");
    }

    private void CheckTemplate(Tokenizer? tokenizer, ChatTemplate? template)
    {
        if (template is null)
        {
            Passed("template", "none: conversations need one by name");
            return;
        }

        try
        {
            string rendered = template.Render(
                [new ChatTurn("user", "Hello.")], addGenerationPrompt: true, Spelling(tokenizer?.BosId), Spelling(tokenizer?.EosId));
            string origin = template.IsBuiltIn ? $"none in the file; the built-in '{template.Name}' is recognised, " : "reads, ";
            Passed("template", $"{origin}and renders a conversation ({rendered.Length:N0} characters)");
        }
        catch (ChatTemplateException exception) when (exception.Kind == ChatTemplateError.Raised)
        {
            Passed("template", $"reads, but refuses a plain conversation: {exception.Reason}");
        }

        string? Spelling(int? id) => id is { } known ? tokenizer!.GetToken(known) : null;
    }

    private void CheckWeights(ITensorSource source)
    {
        ModelValidator.ValidateWeights(source, new WeightProgress(_progress), _cancellationToken);
        Passed("weights", $"{source.Tensors.Sum(tensor => tensor.ElementCount):N0} weights in {source.Tensors.Count:N0} tensors, all finite");
    }

    private void Run(ITensorSource source, DecoderConfiguration? decoder, EncoderConfiguration? encoder, Tokenizer? tokenizer)
    {
        _progress?.Report(new VerificationProgress("run", "", WeightsShare));
        using var team = new ThreadTeam(_options.Threads);
        TransformerOptions options = LanguageModel.ToTransformerOptions(_options, team);
        if (encoder is not null) RunEncoder(source, encoder, options, tokenizer);
        else RunDecoder(source, decoder!, options, tokenizer);
    }

    private void RunEncoder(ITensorSource source, EncoderConfiguration configuration, TransformerOptions options, Tokenizer? tokenizer)
    {
        using TransformerEncoder encoder = TransformerEncoder.Load(source, configuration, options, _cancellationToken);
        using var batch = new EncoderBatch();
        int[] tokens = SampleTokens(tokenizer, configuration.MaxTokens, configuration.VocabularySize);
        batch.Add(tokens);
        encoder.Encode(batch, _cancellationToken);
        RequireFinite(batch.GetHidden(0), "hidden states");
        Passed("run", $"{tokens.Length} tokens read, all hidden states finite");
    }

    private void RunDecoder(ITensorSource source, DecoderConfiguration configuration, TransformerOptions options, Tokenizer? tokenizer)
    {
        using TransformerDecoder decoder = TransformerDecoder.Load(source, configuration, options, _cancellationToken);
        int[] prompt = SampleTokens(tokenizer, Math.Max(1, configuration.ContextLength - RunTokens), configuration.VocabularySize);
        int generated = Math.Min(RunTokens, configuration.ContextLength - prompt.Length);
        using var session = new DecodingSession(decoder, prompt.Length + generated);
        Span<float> logits = session.Start(prompt, _cancellationToken);
        for (int i = 0; i < generated; i++)
        {
            RequireFinite(logits, $"logits at position {prompt.Length + i - 1}");
            int[] next = [TensorPrimitives.IndexOfMax<float>(logits)];
            logits = session.Append(next, _cancellationToken);
        }

        RequireFinite(logits, "logits of the last token");
        Passed("run", $"{prompt.Length} tokens read and {generated} generated, all logits finite");
    }

    private int[] SampleTokens(Tokenizer? tokenizer, int most, int vocabularySize)
    {
        if (tokenizer is null) return [0];

        int[] tokens = tokenizer.Encode(SampleText, addSpecial: true);
        ModelValidator.ValidateTokens(_path, tokenizer, tokens, vocabularySize);
        return tokens.Length == 0 ? [0] : tokens[..Math.Min(tokens.Length, most)];
    }

    private void RequireFinite(ReadOnlySpan<float> values, string what)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (float.IsFinite(values[i])) continue;

            throw new ModelFormatException(
                ModelFormatError.NotFinite, _path, $"running the model gives {what} that are no finite numbers",
                "finite numbers", $"{values[i]} at index {i}");
        }
    }

    private void PassedStructure(DecoderConfiguration? decoder, EncoderConfiguration? encoder) => Passed("structure", (decoder, encoder) switch
    {
        ({ } c, _) => $"{c.Architecture} decoder: {c.LayerCount} layers of {c.HiddenSize}, {c.HeadCount} heads on {c.KvHeadCount}, "
            + $"vocabulary {c.VocabularySize:N0}; every tensor is there in its shape, and no other",
        (_, { } c) => $"{c.Architecture} encoder: {c.LayerCount} layers of {c.HiddenSize}, {c.HeadCount} heads, "
            + $"vocabulary {c.VocabularySize:N0}; every tensor is there in its shape",
        _ => throw new InvalidOperationException("A model is a decoder or an encoder."),
    });

    private void Passed(string name, string finding)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        _checks.Add(new VerificationCheck(name, finding));
    }

    private ModelVerification Finish(string path, string format, string kind, string? architecture)
    {
        _progress?.Report(new VerificationProgress("run", "", 1));
        return new ModelVerification(path, format, kind, architecture, [.. _checks]);
    }

    private sealed class WeightProgress(IProgress<VerificationProgress>? progress) : IProgress<ReadProgress>
    {
        public void Report(ReadProgress value) => progress?.Report(new VerificationProgress(
            "weights", value.Tensor, WeightsShare * value.ReadBytes / Math.Max(1, value.TotalBytes)));
    }
}
