using Cairn.Models;
using Cairn.Models.ChatTemplates;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Tokenizers;

namespace Cairn.Inference;

/// <summary>The parts of a language model on disk, from a GGUF file or a Hugging Face folder; equal models give equal parts.</summary>
internal sealed class LanguageModelSource
{
    private readonly Func<ChatTemplate?> _findTemplate;

    private LanguageModelSource(
        ITensorSource weights, DecoderConfiguration configuration, Tokenizer tokenizer, string name, Func<ChatTemplate?> findTemplate) =>
        (Weights, Configuration, Tokenizer, Name, _findTemplate) = (weights, configuration, tokenizer, name, findTemplate);

    /// <summary>The tensors; whoever takes them disposes them.</summary>
    public ITensorSource Weights { get; }

    /// <summary>Shape of the model, checked against the tensors.</summary>
    public DecoderConfiguration Configuration { get; }

    /// <summary>Text to tokens and back.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The model's own name, or that of its file or folder.</summary>
    public string Name { get; }

    /// <summary>The model's own chat template, or the built-in one of its family; null when there is none.</summary>
    /// <exception cref="ChatTemplateException">The model's template cannot be read.</exception>
    public ChatTemplate? FindTemplate() => _findTemplate();

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
            var tokenizer = Tokenizer.FromGguf(file);
            string name = file.Metadata.TryGetString("general.name", out string? own) && own.Length > 0
                ? own
                : Path.GetFileNameWithoutExtension(filePath);
            return new LanguageModelSource(file, configuration, tokenizer, name, () => ModelChatTemplate.FromGguf(file, tokenizer));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static LanguageModelSource OpenFolder(string path)
    {
        HuggingFaceModel model = HuggingFaceModel.Open(path);
        try
        {
            DecoderConfiguration configuration = model.Decoder ?? throw new ModelFormatException(
                ModelFormatError.Unsupported, path, "the model is an encoder, which generates no text", "a decoder", $"'{model.ModelType}'");
            ModelValidator.ValidateDecoder(model, configuration);
            var tokenizer = Tokenizer.Load(path);
            ModelValidator.ValidateTokenizer(path, tokenizer, configuration.VocabularySize);
            string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
            return new LanguageModelSource(model, configuration, tokenizer, name, () => ModelChatTemplate.FromFolder(path, tokenizer));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
