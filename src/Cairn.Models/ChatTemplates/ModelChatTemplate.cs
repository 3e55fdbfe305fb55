using System.Text;
using System.Text.Json;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers;

namespace Cairn.Models.ChatTemplates;

/// <summary>Finds the chat template of a model: its own, or else the built-in one of the family that its tokens prove.</summary>
public static class ModelChatTemplate
{
    /// <summary>Key of a GGUF file's own template.</summary>
    public const string GgufKey = "tokenizer.chat_template";

    private const string FileName = "chat_template.jinja";
    private const string ConfigurationName = "tokenizer_config.json";
    private const long LargestFile = 4 << 20;

    /// <summary>The template of a GGUF file; null when it has none and none is recognised.</summary>
    /// <param name="file">The file.</param>
    /// <param name="tokenizer">Its tokenizer; null to look for an own template only.</param>
    /// <exception cref="ChatTemplateException">The file's template is malformed.</exception>
    /// <exception cref="ModelFormatException">The file's template is no text.</exception>
    public static ChatTemplate? FromGguf(GgufFile file, Tokenizer? tokenizer)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Metadata.TryGetString(GgufKey, out var source)
            ? ChatTemplate.Parse(source, $"{Path.GetFileName(file.Path)}: {GgufKey}")
            : Recognize(tokenizer);
    }

    /// <summary>The template of a Hugging Face folder; null when it has none and none is recognised.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="tokenizer">Its tokenizer; null to look for an own template only.</param>
    /// <exception cref="ChatTemplateException">The folder's template is malformed.</exception>
    /// <exception cref="ModelFormatException">A file of the folder is broken.</exception>
    public static ChatTemplate? FromFolder(string folder, Tokenizer? tokenizer)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return FindInFolder(folder) is var (source, name) ? ChatTemplate.Parse(source, name) : Recognize(tokenizer);
    }

    /// <summary>A template by the name of a built-in one, or from a file.</summary>
    /// <param name="nameOrPath">The name, or the path of a Jinja file.</param>
    /// <exception cref="FileNotFoundException">It is neither.</exception>
    /// <exception cref="ChatTemplateException">The file's template is malformed.</exception>
    /// <exception cref="ModelFormatException">The file is too large or no text.</exception>
    public static ChatTemplate Load(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        if (File.Exists(nameOrPath)) return ChatTemplate.Parse(ReadText(nameOrPath), Path.GetFileName(nameOrPath));
        if (BuiltInChatTemplates.TryGet(nameOrPath, out var known)) return known.Template;

        throw new FileNotFoundException(
            $"There is no chat template '{nameOrPath}': no such file, and the built-in ones are {BuiltInChatTemplates.Names}.", nameOrPath);
    }

    private static ChatTemplate? Recognize(Tokenizer? tokenizer) =>
        tokenizer is null ? null : BuiltInChatTemplates.Recognize(tokenizer)?.Template;

    private static (string Source, string Name)? FindInFolder(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path)) return (ReadText(path), FileName);
        if (!Directory.Exists(folder) || new ModelFolder(folder).ReadOptional(ConfigurationName) is not { } configuration) return null;
        if (!configuration.TryGet("chat_template", out var template)) return null;

        var source = template.ValueKind == JsonValueKind.Array ? FindDefault(template) : template;
        return source.ValueKind == JsonValueKind.String
            ? (source.GetString()!, $"{ConfigurationName}: chat_template")
            : throw new ModelFormatException(
                ModelFormatError.BadType, configuration.Path, "'chat_template' has the wrong type",
                "a text, or a list with an entry named 'default'", template.ValueKind.ToString());
    }

    /// <summary>A list names its templates; the one for conversations is called <c>default</c>.</summary>
    private static JsonElement FindDefault(JsonElement list)
    {
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object
                && item.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String && name.ValueEquals("default")
                && item.TryGetProperty("template", out var template))
            {
                return template;
            }
        }

        return default;
    }

    private static string ReadText(string path)
    {
        var length = new FileInfo(path).Length;
        if (length > LargestFile)
        {
            throw new ModelFormatException(
                ModelFormatError.BadLength, path, "the file is too large to be a template", $"at most {LargestFile:N0} bytes", $"{length:N0}");
        }

        try
        {
            return File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        }
        catch (DecoderFallbackException exception)
        {
            throw new ModelFormatException(
                ModelFormatError.BadEncoding, path, "the template is not UTF-8", offset: exception.Index, innerException: exception);
        }
    }
}
