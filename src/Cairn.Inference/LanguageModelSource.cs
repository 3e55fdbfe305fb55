using Cairn.Models;
using Cairn.Models.ChatTemplates;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Tokenizers;

namespace Cairn.Inference;

/// <summary>The parts of a language model on disk, from a GGUF file or a Hugging Face folder; equal models give equal parts.</summary>
/// <remarks>The tokenizer is read on another thread, while the caller can already take the weights.</remarks>
internal sealed class LanguageModelSource : IDisposable
{
    private readonly Task<Tokenizer> _tokenizer;
    private readonly Func<Tokenizer, ChatTemplate?> _findTemplate;

    private LanguageModelSource(
        ITensorSource weights,
        DecoderConfiguration configuration,
        Func<Tokenizer> readTokenizer,
        string name,
        Func<Tokenizer, ChatTemplate?> findTemplate)
    {
        (Weights, Configuration, Name, _findTemplate) = (weights, configuration, name, findTemplate);
        _tokenizer = Task.Run(readTokenizer);
    }

    /// <summary>The tensors; whoever takes them disposes them, not before the tokenizer is read.</summary>
    public ITensorSource Weights { get; }

    /// <summary>Shape of the model, checked against the tensors.</summary>
    public DecoderConfiguration Configuration { get; }

    /// <summary>Text to tokens and back; waits until it is read.</summary>
    /// <exception cref="ModelFormatException">The tokenizer is damaged, not supported or does not fit the model.</exception>
    public Tokenizer Tokenizer => _tokenizer.GetAwaiter().GetResult();

    /// <summary>The model's own name, or that of its file or folder.</summary>
    public string Name { get; }

    /// <summary>The model's own chat template, or the built-in one of its family; null when there is none.</summary>
    /// <exception cref="ChatTemplateException">The model's template cannot be read.</exception>
    public ChatTemplate? FindTemplate() => _findTemplate(Tokenizer);

    /// <summary>Opens and checks a model.</summary>
    /// <param name="path">A GGUF file, a folder that holds exactly one, or a Hugging Face folder with safetensors.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="ModelFormatException">A file is damaged or not a decoder that can run.</exception>
    public static LanguageModelSource Open(string path)
    {
        if (ModelPath.IsHuggingFace(path)) return OpenFolder(path);

        string filePath = ModelPath.FindGguf(path);
        GgufFile file = GgufFile.Open(filePath);
        try
        {
            DecoderConfiguration configuration = ModelValidator.ValidateDecoder(file);
            string name = file.Metadata.TryGetString("general.name", out string? own) && own.Length > 0
                ? own
                : Path.GetFileNameWithoutExtension(filePath);
            return new LanguageModelSource(
                file,
                configuration,
                () => Tokenizer.FromGguf(file),
                name,
                tokenizer => ModelChatTemplate.FromGguf(file, tokenizer));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Closes the files, after a failure.</summary>
    public void Dispose()
    {
        Task.WhenAny(_tokenizer).GetAwaiter().GetResult(); // it may be reading the mapped file
        Weights.Dispose();
    }

    private static LanguageModelSource OpenFolder(string path)
    {
        HuggingFaceModel model = HuggingFaceModel.Open(path);
        try
        {
            DecoderConfiguration configuration = model.Decoder ?? throw new ModelFormatException(
                ModelFormatError.Unsupported, path, "the model is an encoder, which generates no text", "a decoder", $"'{model.ModelType}'");
            ModelValidator.ValidateDecoder(model, configuration);
            string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
            return new LanguageModelSource(
                model, configuration, ReadTokenizer, name, tokenizer => ModelChatTemplate.FromFolder(path, tokenizer));

            Tokenizer ReadTokenizer()
            {
                var tokenizer = Tokenizer.Load(path);
                ModelValidator.ValidateTokenizer(path, tokenizer, configuration.VocabularySize);
                return tokenizer;
            }
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
