using System.Text.Json;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>A value of a JSON file that knows where it stands, so that errors can say so.</summary>
/// <param name="Element">The value.</param>
/// <param name="Location">Its place in the file, such as <c>model.vocab</c>; empty for the root.</param>
/// <param name="File">The file.</param>
internal readonly record struct JsonSection(JsonElement Element, string Location, string File)
{
    /// <summary>A property of an object; null when it is absent or null.</summary>
    public JsonSection? Find(string name)
    {
        Require(JsonValueKind.Object, "an object");
        try
        {
            return Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
                ? new JsonSection(value, Location.Length == 0 ? name : $"{Location}.{name}", File)
                : null;
        }
        catch (InvalidOperationException exception)
        {
            throw HalfPair("a name", exception);
        }
    }

    /// <summary>A property of an object that must be there.</summary>
    public JsonSection Get(string name) => Find(name)
        ?? throw Error(ModelFormatError.MissingKey, $"'{name}' is missing");

    public string GetString(string name) => Get(name).AsString();

    public string GetString(string name, string absent) => Find(name)?.AsString() ?? absent;

    public bool GetBoolean(string name, bool absent) => Find(name)?.AsBoolean() ?? absent;

    public int GetInt32(string name, int absent) => Find(name)?.AsInt32() ?? absent;

    public string AsString()
    {
        Require(JsonValueKind.String, "a text");
        try
        {
            return Element.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw HalfPair("a text", exception);
        }
    }

    /// <summary>Bytes written in Base64.</summary>
    public byte[] AsBytes()
    {
        Require(JsonValueKind.String, "bytes in Base64");
        return Element.TryGetBytesFromBase64(out var bytes) ? bytes : throw WrongType("bytes in Base64");
    }

    public bool AsBoolean() => Element.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? Element.GetBoolean()
        : throw WrongType("true or false");

    public int AsInt32() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out var number)
        ? number
        : throw WrongType("a whole number of 32 bits");

    public double AsDouble() =>
        Element.ValueKind == JsonValueKind.Number && Element.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw WrongType("a number");

    /// <summary>The elements of an array.</summary>
    public IEnumerable<JsonSection> Items()
    {
        Require(JsonValueKind.Array, "an array");
        var (element, location, file) = this;
        return element.EnumerateArray().Select((item, index) => new JsonSection(item, $"{location}[{index}]", file));
    }

    /// <summary>The properties of an object.</summary>
    public IEnumerable<(string Name, JsonSection Value)> Properties()
    {
        Require(JsonValueKind.Object, "an object");
        var section = this;
        return Element.EnumerateObject()
            .Select(property => (section.NameOf(property), new JsonSection(property.Value, section.Location, section.File)));
    }

    public ModelFormatException Unsupported(string what, string supported) => new(
        ModelFormatError.Unsupported, File, $"{what} at '{Location}' is not supported", supported);

    public ModelFormatException Error(
        ModelFormatError kind, string problem, string? expected = null, string? got = null) => new(
        kind, File, Location.Length == 0 ? problem : $"{problem} in '{Location}'", expected, got);

    private string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException exception)
        {
            throw HalfPair("a name", exception);
        }
    }

    private ModelFormatException HalfPair(string what, InvalidOperationException exception) => new(
        ModelFormatError.BadEncoding, File, $"{what} in '{Location}' holds half a surrogate pair", innerException: exception);

    private ModelFormatException WrongType(string expected) => new(
        ModelFormatError.BadType, File, $"'{Location}' has the wrong type", expected, Element.ValueKind.ToString());

    private void Require(JsonValueKind kind, string expected)
    {
        if (Element.ValueKind != kind) throw WrongType(expected);
    }
}
