using System.Text.Json;
using System.Text.Unicode;

namespace Cairn.Models.Configuration;

/// <summary>A JSON object of a model folder (<c>config.json</c> and its kin), with typed look-up.</summary>
public sealed class ModelFolderFile
{
    /// <summary>Largest configuration that is believed.</summary>
    public const long DefaultMaximumBytes = 16 << 20;

    private const int MaximumDepth = 64;

    private ModelFolderFile(string path, JsonElement root)
    {
        Path = path;
        Root = root;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The whole object.</summary>
    public JsonElement Root { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumBytes">Largest file that is believed.</param>
    /// <exception cref="ModelFormatException">It is too large, or no JSON object.</exception>
    public static ModelFolderFile Read(string path, long maximumBytes = DefaultMaximumBytes) =>
        new(path, Parse(path, JsonValueKind.Object, maximumBytes));

    /// <summary>The same file with another object as its whole: a part of it, for example.</summary>
    internal ModelFolderFile With(JsonElement root) => new(Path, root);

    /// <summary>Parses a JSON file whose root has a given kind.</summary>
    internal static JsonElement Parse(string path, JsonValueKind kind, long maximumBytes = DefaultMaximumBytes)
    {
        var length = new FileInfo(path).Length;
        if (length > maximumBytes)
        {
            throw new ModelFormatException(
                ModelFormatError.BadConfig, path, "the file is too large to be a configuration",
                $"at most {maximumBytes:N0} bytes", $"{length:N0}");
        }

        try
        {
            var bytes = File.ReadAllBytes(path).AsMemory();
            if (bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
            RequireText(path, bytes.Span);
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaximumDepth });
            if (document.RootElement.ValueKind == kind) return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new ModelFormatException(
                ModelFormatError.BadConfig, path, "the file is no valid JSON", got: exception.Message, innerException: exception);
        }

        throw new ModelFormatException(ModelFormatError.BadConfig, path, "the JSON has another form", $"an {kind}");
    }

    /// <summary>Refuses texts that are no Unicode: the parser accepts them and fails when they are asked for.</summary>
    private static void RequireText(string path, ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes)) throw NoText(path, "bytes that are no UTF-8", null);
        if (bytes.IndexOf("\\ud"u8) < 0 && bytes.IndexOf("\\uD"u8) < 0) return;

        // Halves of characters beyond the first plane are written as escapes; one without the other is no text.
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaximumDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) reader.GetString();
            }
        }
        catch (InvalidOperationException exception)
        {
            throw NoText(path, "half of a character", exception);
        }
    }

    private static ModelFormatException NoText(string path, string got, Exception? exception) => new(
        ModelFormatError.BadEncoding, path, "a text of the file is no Unicode", "UTF-8", got, innerException: exception);

    /// <summary>A member that is there and not null.</summary>
    public bool TryGet(string key, out JsonElement value) =>
        Root.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A text.</summary>
    /// <exception cref="ModelFormatException">The key is absent or no text.</exception>
    public string GetString(string key)
    {
        var value = Get(key);
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw WrongType(key, "a text", value);
    }

    /// <summary>A positive whole number.</summary>
    /// <exception cref="ModelFormatException">The key is absent or holds something else.</exception>
    public int GetSize(string key)
    {
        var value = Get(key);
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var number))
            throw WrongType(key, "a whole number", value);
        return number is > 0 and <= int.MaxValue ? (int)number : throw OutOfRange(key, "a positive number", value);
    }

    /// <summary>A positive whole number, or a default when the key is absent.</summary>
    /// <exception cref="ModelFormatException">The key holds something else.</exception>
    public int GetSize(string key, int absent) => TryGet(key, out _) ? GetSize(key) : absent;

    /// <summary>A positive real number.</summary>
    /// <exception cref="ModelFormatException">The key is absent or holds something else.</exception>
    public float GetPositive(string key)
    {
        var value = Get(key);
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetSingle(out var number))
            throw WrongType(key, "a number", value);
        return float.IsFinite(number) && number > 0 ? number : throw OutOfRange(key, "a positive number", value);
    }

    /// <summary>A positive real number, or a default when the key is absent.</summary>
    /// <exception cref="ModelFormatException">The key holds something else.</exception>
    public float GetPositive(string key, float absent) => TryGet(key, out _) ? GetPositive(key) : absent;

    /// <summary>A truth value, or a default when the key is absent.</summary>
    /// <exception cref="ModelFormatException">The key holds something else.</exception>
    public bool GetBoolean(string key, bool absent) => !TryGet(key, out var value) ? absent : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw WrongType(key, "true or false", value),
    };

    /// <summary>Refuses a text value that Cairn does not implement.</summary>
    /// <param name="key">The key.</param>
    /// <param name="absent">What a missing key means.</param>
    /// <param name="supported">The values that are implemented.</param>
    /// <exception cref="ModelFormatException">The value is another.</exception>
    public void Require(string key, string absent, params ReadOnlySpan<string> supported)
    {
        var value = TryGet(key, out _) ? GetString(key) : absent;
        if (supported.Contains(value)) return;

        throw new ModelFormatException(
            ModelFormatError.Unsupported, Path, $"'{key}' has an unsupported value", string.Join(", ", supported), $"'{value}'");
    }

    /// <summary>An error about a value of this file.</summary>
    internal ModelFormatException Bad(string key, string expected, string got) => new(
        ModelFormatError.BadValue, Path, $"'{key}' has an impossible value", expected, got);

    private JsonElement Get(string key) => TryGet(key, out var value) ? value : throw new ModelFormatException(
        ModelFormatError.MissingKey, Path, $"'{key}' is missing");

    private ModelFormatException WrongType(string key, string expected, JsonElement got) => new(
        ModelFormatError.BadType, Path, $"'{key}' has the wrong type", expected, got.ValueKind.ToString());

    private ModelFormatException OutOfRange(string key, string expected, JsonElement got) => Bad(key, expected, got.GetRawText());
}
