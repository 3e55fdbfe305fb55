using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Cairn.Models.Gguf;

/// <summary>The metadata of a GGUF file: typed look-up by key, decoded when asked for.</summary>
/// <remarks>
/// A number is converted when its value survives: a <c>UInt16</c> reads as a <c>uint</c>, a negative one does not.
/// Valid until the file is disposed. Safe for concurrent readers.
/// </remarks>
public sealed class GgufMetadata
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly MappedFile _file;
    private readonly Dictionary<string, GgufMetadataEntry> _entries;
    private readonly List<GgufMetadataEntry> _order;

    internal GgufMetadata(MappedFile file, List<GgufMetadataEntry> entries)
    {
        _file = file;
        _order = entries;
        _entries = entries.ToDictionary(entry => entry.Key, StringComparer.Ordinal);
    }

    /// <summary>All keys, in file order.</summary>
    public IEnumerable<string> Keys => _order.Select(entry => entry.Key);

    /// <summary>All values, in file order.</summary>
    public IReadOnlyList<GgufMetadataEntry> Entries => _order;

    /// <summary>Whether the key is there.</summary>
    public bool Contains(string key) => _entries.ContainsKey(key);

    /// <summary>Reads a text.</summary>
    /// <exception cref="ModelFormatException">The key is absent, no text, or not UTF-8.</exception>
    public string GetString(string key) => ReadString(Require(key, GgufValueType.String));

    /// <summary>Reads a whole number that is not negative.</summary>
    /// <exception cref="ModelFormatException">The key is absent or holds something else.</exception>
    public uint GetUInt32(string key) => (uint)GetInteger(key, 0, uint.MaxValue);

    /// <summary>Reads a whole number.</summary>
    /// <exception cref="ModelFormatException">The key is absent or holds something else.</exception>
    public int GetInt32(string key) => (int)GetInteger(key, int.MinValue, int.MaxValue);

    /// <summary>Reads a real number.</summary>
    /// <exception cref="ModelFormatException">The key is absent or holds something else.</exception>
    public float GetSingle(string key)
    {
        var entry = Require(key);
        return entry.Type switch
        {
            GgufValueType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(_file.Span(entry.Offset, 4)),
            GgufValueType.Float64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(_file.Span(entry.Offset, 8)),
            _ => throw WrongType(entry, "a real number"),
        };
    }

    /// <summary>Reads a truth value.</summary>
    /// <exception cref="ModelFormatException">The key is absent or holds something else.</exception>
    public bool GetBoolean(string key) => _file.Span(Require(key, GgufValueType.Boolean).Offset, 1)[0] != 0;

    /// <summary>Reads a list of texts.</summary>
    /// <exception cref="ModelFormatException">The key is absent, holds something else, or a text is not UTF-8.</exception>
    public string[] GetStrings(string key)
    {
        var entry = RequireArray(key, "a list of texts", GgufValueType.String);
        var texts = new string[entry.Count];
        var offset = entry.Offset;
        for (var i = 0; i < texts.Length; i++) texts[i] = ReadString(entry, ref offset);
        return texts;
    }

    /// <summary>Reads a list of real numbers.</summary>
    /// <exception cref="ModelFormatException">The key is absent or holds something else.</exception>
    public float[] GetSingles(string key)
    {
        var entry = RequireArray(key, "a list of real numbers", GgufValueType.Float32, GgufValueType.Float64);
        var numbers = new float[entry.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = entry.ElementType == GgufValueType.Float32
                ? BinaryPrimitives.ReadSingleLittleEndian(_file.Span(entry.Offset + (i * 4L), 4))
                : (float)BinaryPrimitives.ReadDoubleLittleEndian(_file.Span(entry.Offset + (i * 8L), 8));
        }

        return numbers;
    }

    /// <summary>Reads a list of whole numbers.</summary>
    /// <exception cref="ModelFormatException">The key is absent, holds something else, or a number is too large.</exception>
    public int[] GetInt32s(string key)
    {
        var entry = Require(key);
        if (entry.ElementType is not { } type || !IsInteger(type)) throw WrongType(entry, "a list of whole numbers");

        var numbers = new int[entry.Count];
        var width = GgufFormat.WidthOf(type);
        for (var i = 0; i < numbers.Length; i++)
        {
            var number = ReadInteger(type, entry.Offset + (i * (long)width));
            if (number < int.MinValue || number > int.MaxValue) throw OutOfRange(entry, "32-bit numbers", number);
            numbers[i] = (int)number;
        }

        return numbers;
    }

    /// <summary>Reads a list of 8-bit numbers as bytes.</summary>
    /// <exception cref="ModelFormatException">The key is absent or holds something else.</exception>
    public byte[] GetBytes(string key)
    {
        var entry = RequireArray(key, "a list of bytes", GgufValueType.UInt8, GgufValueType.Int8);
        return _file.Span(entry.Offset, checked((int)entry.Count)).ToArray();
    }

    /// <summary>Reads a list of truth values.</summary>
    /// <exception cref="ModelFormatException">The key is absent or holds something else.</exception>
    public bool[] GetBooleans(string key)
    {
        var entry = RequireArray(key, "a list of truth values", GgufValueType.Boolean);
        var values = new bool[entry.Count];
        for (var i = 0; i < values.Length; i++) values[i] = _file.Span(entry.Offset + i, 1)[0] != 0;
        return values;
    }

    /// <summary>Reads a text if the key is there.</summary>
    /// <exception cref="ModelFormatException">The key holds something else.</exception>
    public bool TryGetString(string key, [NotNullWhen(true)] out string? value)
    {
        value = Contains(key) ? GetString(key) : null;
        return value is not null;
    }

    /// <summary>Reads a number if the key is there.</summary>
    /// <exception cref="ModelFormatException">The key holds something else.</exception>
    public bool TryGetUInt32(string key, out uint value)
    {
        var found = Contains(key);
        value = found ? GetUInt32(key) : 0;
        return found;
    }

    /// <summary>Reads a number if the key is there.</summary>
    /// <exception cref="ModelFormatException">The key holds something else.</exception>
    public bool TryGetSingle(string key, out float value)
    {
        var found = Contains(key);
        value = found ? GetSingle(key) : 0;
        return found;
    }

    /// <summary>Reads a truth value if the key is there.</summary>
    /// <exception cref="ModelFormatException">The key holds something else.</exception>
    public bool TryGetBoolean(string key, out bool value)
    {
        var found = Contains(key);
        value = found && GetBoolean(key);
        return found;
    }

    /// <summary>Reads a list of texts if the key is there.</summary>
    /// <exception cref="ModelFormatException">The key holds something else.</exception>
    public bool TryGetStrings(string key, [NotNullWhen(true)] out string[]? values)
    {
        values = Contains(key) ? GetStrings(key) : null;
        return values is not null;
    }

    /// <summary>Reads a list of real numbers if the key is there.</summary>
    /// <exception cref="ModelFormatException">The key holds something else.</exception>
    public bool TryGetSingles(string key, [NotNullWhen(true)] out float[]? values)
    {
        values = Contains(key) ? GetSingles(key) : null;
        return values is not null;
    }

    /// <summary>Reads a list of whole numbers if the key is there.</summary>
    /// <exception cref="ModelFormatException">The key holds something else.</exception>
    public bool TryGetInt32s(string key, [NotNullWhen(true)] out int[]? values)
    {
        values = Contains(key) ? GetInt32s(key) : null;
        return values is not null;
    }

    /// <summary>A value's entry, if the key is there.</summary>
    public bool TryGetEntry(string key, [NotNullWhen(true)] out GgufMetadataEntry? entry) =>
        _entries.TryGetValue(key, out entry);

    /// <summary>A single value as text for people, or null for a list.</summary>
    /// <param name="entry">An entry of this metadata.</param>
    /// <exception cref="ModelFormatException">A text is not UTF-8.</exception>
    public string? Describe(GgufMetadataEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Type switch
        {
            GgufValueType.Array => null,
            GgufValueType.String => ReadString(entry),
            GgufValueType.Boolean => GetBoolean(entry.Key) ? "true" : "false",
            GgufValueType.Float32 => GetSingle(entry.Key).ToString("R", CultureInfo.InvariantCulture),
            GgufValueType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(_file.Span(entry.Offset, 8))
                .ToString("R", CultureInfo.InvariantCulture),
            _ => ReadInteger(entry.Type, entry.Offset).ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>A value as text for people, cut to a bounded length; for a list its first elements. Bytes that are no UTF-8 become U+FFFD.</summary>
    /// <param name="entry">An entry of this metadata.</param>
    /// <param name="mostCharacters">Longest text, about.</param>
    /// <param name="mostElements">Elements of a list that are shown.</param>
    public string Preview(GgufMetadataEntry entry, int mostCharacters = 200, int mostElements = 8)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.ElementType is not { } element) return PreviewValue(entry.Type, entry.Offset, mostCharacters).Text;

        var text = new StringBuilder("[");
        var offset = entry.Offset;
        var shown = element == GgufValueType.Array ? 0 : (int)Math.Min(entry.Count, mostElements);
        for (var i = 0; i < shown; i++)
        {
            var (value, size) = PreviewValue(element, offset, mostCharacters / mostElements);
            text.Append(i == 0 ? "" : ", ").Append(value);
            offset += size;
        }

        return text.Append(shown < entry.Count ? shown == 0 ? "…]" : ", …]" : "]").ToString();
    }

    /// <summary>Copies a value's bytes as they lie in the file (of a list: its elements).</summary>
    internal void CopyValue(GgufMetadataEntry entry, Stream destination)
    {
        for (var (offset, left) = (entry.Offset, entry.SizeInBytes); left > 0;)
        {
            var bytes = _file.Span(offset, (int)Math.Min(left, 1 << 20));
            destination.Write(bytes);
            offset += bytes.Length;
            left -= bytes.Length;
        }
    }

    private (string Text, long Size) PreviewValue(GgufValueType type, long offset, int mostCharacters)
    {
        switch (type)
        {
            case GgufValueType.String:
                var length = (long)BinaryPrimitives.ReadUInt64LittleEndian(_file.Span(offset, 8));
                var text = Encoding.UTF8.GetString(_file.Span(offset + 8, (int)Math.Min(length, mostCharacters)));
                return (length > mostCharacters ? text + "…" : text, 8 + length);
            case GgufValueType.Boolean:
                return (_file.Span(offset, 1)[0] != 0 ? "true" : "false", 1);
            case GgufValueType.Float32:
                return (BinaryPrimitives.ReadSingleLittleEndian(_file.Span(offset, 4)).ToString("R", CultureInfo.InvariantCulture), 4);
            case GgufValueType.Float64:
                return (BinaryPrimitives.ReadDoubleLittleEndian(_file.Span(offset, 8)).ToString("R", CultureInfo.InvariantCulture), 8);
            default:
                return (ReadInteger(type, offset).ToString(CultureInfo.InvariantCulture), GgufFormat.WidthOf(type));
        }
    }

    private Int128 GetInteger(string key, long least, long most)
    {
        var entry = Require(key);
        if (!IsInteger(entry.Type)) throw WrongType(entry, "a whole number");

        var number = ReadInteger(entry.Type, entry.Offset);
        return number >= least && number <= most ? number : throw OutOfRange(entry, $"{least:N0} to {most:N0}", number);
    }

    private Int128 ReadInteger(GgufValueType type, long offset) => type switch
    {
        GgufValueType.UInt8 => _file.Span(offset, 1)[0],
        GgufValueType.Int8 => (sbyte)_file.Span(offset, 1)[0],
        GgufValueType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(_file.Span(offset, 2)),
        GgufValueType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(_file.Span(offset, 2)),
        GgufValueType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(_file.Span(offset, 4)),
        GgufValueType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(_file.Span(offset, 4)),
        GgufValueType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(_file.Span(offset, 8)),
        _ => BinaryPrimitives.ReadInt64LittleEndian(_file.Span(offset, 8)),
    };

    private string ReadString(GgufMetadataEntry entry)
    {
        var offset = entry.Offset;
        return ReadString(entry, ref offset);
    }

    private string ReadString(GgufMetadataEntry entry, ref long offset)
    {
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(_file.Span(offset, 8));
        var bytes = _file.Span(offset + 8, length);
        try
        {
            var text = StrictUtf8.GetString(bytes);
            offset += 8 + length;
            return text;
        }
        catch (DecoderFallbackException exception)
        {
            throw new ModelFormatException(
                ModelFormatError.BadEncoding, _file.Path, $"a text of '{entry.Key}' is not UTF-8",
                got: Convert.ToHexString(bytes[..Math.Min(length, 16)]), offset: offset, innerException: exception);
        }
    }

    private GgufMetadataEntry Require(string key) => _entries.TryGetValue(key, out var entry)
        ? entry
        : throw new ModelFormatException(
            ModelFormatError.MissingKey, _file.Path, $"metadata key '{key}' is missing; the file may be made for another program");

    private GgufMetadataEntry Require(string key, GgufValueType type)
    {
        var entry = Require(key);
        return entry.Type == type ? entry : throw WrongType(entry, type.ToString());
    }

    private GgufMetadataEntry RequireArray(string key, string expected, params ReadOnlySpan<GgufValueType> types)
    {
        var entry = Require(key);
        return entry.ElementType is { } type && types.Contains(type) ? entry : throw WrongType(entry, expected);
    }

    private ModelFormatException WrongType(GgufMetadataEntry entry, string expected) => new(
        ModelFormatError.BadType, _file.Path, $"metadata key '{entry.Key}' has the wrong type",
        expected, entry.TypeText, entry.Offset);

    private ModelFormatException OutOfRange(GgufMetadataEntry entry, string expected, Int128 got) => new(
        ModelFormatError.BadValue, _file.Path, $"metadata key '{entry.Key}' is out of range",
        expected, got.ToString(CultureInfo.InvariantCulture), entry.Offset);

    private static bool IsInteger(GgufValueType type) => type is GgufValueType.UInt8 or GgufValueType.Int8
        or GgufValueType.UInt16 or GgufValueType.Int16 or GgufValueType.UInt32 or GgufValueType.Int32
        or GgufValueType.UInt64 or GgufValueType.Int64;
}
