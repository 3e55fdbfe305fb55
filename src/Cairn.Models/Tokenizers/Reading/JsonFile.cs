using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Opens JSON files from outside within bounds.</summary>
internal static class JsonFile
{
    private const long LargestInBytes = 256L << 20;
    private const int DeepestNesting = 32;

    /// <summary>Reads a file whose root is an object; dispose the document after the last use of the section.</summary>
    public static JsonDocument Open(string path, out JsonSection root)
    {
        var length = new FileInfo(path).Length;
        if (length > LargestInBytes)
        {
            throw new ModelFormatException(
                ModelFormatError.BadLength, path, "the file is too large",
                $"at most {LargestInBytes:N0} bytes", length.ToString("N0", CultureInfo.InvariantCulture));
        }

        ReadOnlyMemory<byte> bytes = File.ReadAllBytes(path);
        if (bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        if (!Utf8.IsValid(bytes.Span)) throw new ModelFormatException(ModelFormatError.BadEncoding, path, "the file is not UTF-8");

        try
        {
            var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = DeepestNesting });
            root = new JsonSection(document.RootElement, "", path);
            return document;
        }
        catch (JsonException exception)
        {
            throw new ModelFormatException(
                ModelFormatError.BadConfig, path, $"this is not valid JSON, or nested deeper than {DeepestNesting}",
                got: string.Create(CultureInfo.InvariantCulture, $"an error on line {exception.LineNumber + 1}"),
                innerException: exception);
        }
    }
}
