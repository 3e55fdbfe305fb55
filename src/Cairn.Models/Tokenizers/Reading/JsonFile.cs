using System.Globalization;
using System.Text.Json;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Opens JSON files from outside within bounds.</summary>
internal static class JsonFile
{
    private const long LargestInBytes = 256L << 20;
    private const int DeepestNesting = 32;

    /// <summary>Reads a file whose root is an object; dispose the document after the last use of the section.</summary>
    public static JsonDocument Open(string path, out JsonSection root)
    {
        using var stream = File.OpenRead(path);
        if (stream.Length > LargestInBytes)
        {
            throw new ModelFormatException(
                ModelFormatError.BadLength, path, "the file is too large",
                $"at most {LargestInBytes:N0} bytes", stream.Length.ToString("N0", CultureInfo.InvariantCulture));
        }

        try
        {
            var document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = DeepestNesting });
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
