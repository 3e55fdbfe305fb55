using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;
using Cairn.Tensors;

namespace Cairn.Models.Safetensors;

/// <summary>Reads the JSON header of a safetensors file and checks every tensor against the file.</summary>
internal sealed class SafetensorsHeader
{
    private const int MaximumBytes = 100_000_000; // the limit of the reference implementation
    private const int MaximumDimensions = 64;
    private const int LengthBytes = 8;

    private readonly MappedFile _file;
    private readonly long _dataStart;
    private readonly List<TensorInfo> _tensors = [];
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader(MappedFile file, int length)
    {
        _file = file;
        _dataStart = LengthBytes + length;
    }

    /// <summary>The tensors, in the order of the header.</summary>
    public IReadOnlyList<TensorInfo> Tensors => _tensors;

    /// <summary>The texts of <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Reads and checks a header.</summary>
    public static SafetensorsHeader Read(MappedFile file)
    {
        var length = ReadLength(file);
        var header = new SafetensorsHeader(file, length);
        var json = file.Span(LengthBytes, length);
        if (length == 0 || json[0] != (byte)'{') throw header.Bad("the header is no JSON object", "a '{' at byte 8");
        if (!Utf8.IsValid(json))
        {
            throw new ModelFormatException(ModelFormatError.BadEncoding, file.Path, "the header is not UTF-8", offset: LengthBytes);
        }

        try
        {
            header.ReadObject(json);
        }
        catch (JsonException exception)
        {
            throw new ModelFormatException(
                ModelFormatError.BadHeader, file.Path, "the header is no valid JSON",
                got: exception.Message.TrimEnd('.'), offset: LengthBytes + (exception.BytePositionInLine ?? 0), innerException: exception);
        }

        header.CheckLayout();
        return header;
    }

    private static int ReadLength(MappedFile file)
    {
        if (file.Length < LengthBytes)
        {
            throw new ModelFormatException(
                ModelFormatError.Truncated, file.Path, "the file ends inside the header's length",
                $"{LengthBytes} bytes", $"{file.Length}", 0);
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Span(0, LengthBytes));
        var most = (ulong)(file.Length - LengthBytes);
        if (length <= most && length <= MaximumBytes) return (int)length;

        var truncated = length <= MaximumBytes && !EndsWithin(file.Span(LengthBytes, (int)most));
        throw new ModelFormatException(
            truncated ? ModelFormatError.Truncated : ModelFormatError.BadLength, file.Path,
            truncated ? "the file ends inside its header; the download is probably incomplete" : "the header's length is impossible",
            $"at most {Math.Min(most, MaximumBytes):N0} bytes", $"{length:N0}", 0);
    }

    /// <summary>Whether a JSON object ends (or breaks) before the file does.</summary>
    private static bool EndsWithin(ReadOnlySpan<byte> start)
    {
        var reader = new Utf8JsonReader(start, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndObject) return true;
            }

            return false;
        }
        catch (JsonException)
        {
            return true;
        }
    }

    private void ReadObject(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var names = new HashSet<string>(StringComparer.Ordinal);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text(ref reader);
            if (!names.Add(name))
            {
                throw new ModelFormatException(
                    ModelFormatError.DuplicateKey, _file.Path, $"'{name}' appears twice in the header",
                    offset: LengthBytes + reader.TokenStartIndex, tensor: name);
            }

            reader.Read();
            if (name == "__metadata__") ReadMetadata(ref reader);
            else ReadTensor(ref reader, name);
        }

        if (reader.Read()) throw Bad("text follows the header's object", "spaces"); // throws itself: trailing data is no JSON
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw Bad("'__metadata__' is no object", "an object of texts");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = Text(ref reader);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) throw Bad($"'__metadata__' holds no text at '{key}'", "a text");
            _metadata[key] = Text(ref reader);
        }
    }

    private void ReadTensor(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw Bad($"'{name}' is no object", "dtype, shape, data_offsets", name);
        string? type = null;
        List<Int128>? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = Text(ref reader);
            reader.Read();
            switch (key)
            {
                case "dtype" when type is null && reader.TokenType == JsonTokenType.String:
                    type = Text(ref reader);
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, name, key, MaximumDimensions);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, name, key, 2);
                    break;
                default:
                    throw Bad($"'{name}' has an unexpected or repeated member '{key}'", "dtype, shape, data_offsets", name);
            }
        }

        if (type is null || shape is null || offsets is not [var begin, var end])
        {
            throw Bad($"'{name}' is described incompletely", "dtype, shape and two data_offsets", name);
        }

        _tensors.Add(Check(name, type, shape, begin, end));
    }

    private List<Int128> ReadNumbers(ref Utf8JsonReader reader, string name, string key, int most)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw Bad($"'{key}' of '{name}' is no list", "a list of whole numbers", name);
        var numbers = new List<Int128>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Int128 number;
            if (reader.TokenType != JsonTokenType.Number) throw Bad($"'{key}' of '{name}' holds no number", "a whole number", name);
            if (reader.TryGetUInt64(out var positive)) number = positive;
            else if (reader.TryGetInt64(out var negative)) number = negative;
            else throw Bad($"'{key}' of '{name}' holds no 64-bit whole number", "a whole number", name);
            if (numbers.Count == most) throw TooLong(name, key, most);
            numbers.Add(number);
        }

        return numbers;
    }

    private TensorInfo Check(string name, string typeName, List<Int128> shape, Int128 begin, Int128 end)
    {
        if (!SafetensorsTypes.TryGet(typeName, out var type))
        {
            throw new ModelFormatException(
                SafetensorsTypes.IsKnown(typeName) ? ModelFormatError.Unsupported : ModelFormatError.UnknownType, _file.Path,
                $"tensor '{name}' has a type that is not read here", SafetensorsTypes.Names, $"'{typeName}'", tensor: name);
        }

        if (begin < 0 || end < 0) throw Bad($"'{name}' has a negative offset", "0 or more", name);
        if (begin > end || end > _file.Length - _dataStart)
        {
            throw new ModelFormatException(
                ModelFormatError.OutOfBounds, _file.Path, $"tensor '{name}' lies outside the file",
                $"offsets from 0 to {_file.Length - _dataStart:N0}", $"{begin:N0} to {end:N0}", tensor: name);
        }

        var dimensions = new long[shape.Count];
        for (var i = 0; i < dimensions.Length; i++)
        {
            if (shape[i] < 0 || shape[i] > int.MaxValue) throw BadShape(name, $"dimensions from 0 to {int.MaxValue:N0}", $"{shape[i]:N0}");
            dimensions[i] = (long)shape[i];
        }

        var size = Measure(name, type, dimensions);
        return size == (long)(end - begin)
            ? new TensorInfo(name, type, dimensions, _dataStart + (long)begin, size) { TypeName = typeName }
            : throw BadShape(name, $"{size:N0} bytes for its shape", $"{end - begin:N0}");
    }

    private long Measure(string name, GgmlType type, ReadOnlySpan<long> dimensions)
    {
        TensorTypeLayout.TryGet(type, out var layout);
        if (dimensions.Contains(0)) return 0;

        var count = (Int128)1;
        foreach (var dimension in dimensions)
        {
            count *= dimension;
            if (count > _file.Length) throw BadShape(name, "a size that the file can hold", $"over {_file.Length:N0} values");
        }

        return (long)count * layout.BlockBytes;
    }

    private void CheckLayout()
    {
        var end = _dataStart;
        foreach (var tensor in _tensors.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.SizeInBytes))
        {
            if (tensor.Offset != end)
            {
                var overlap = tensor.Offset < end;
                throw new ModelFormatException(
                    overlap ? ModelFormatError.Overlap : ModelFormatError.Hole, _file.Path,
                    overlap ? $"tensor '{tensor.Name}' overlaps another" : $"no tensor owns the bytes before '{tensor.Name}'",
                    $"a start at byte {end:N0}", $"byte {tensor.Offset:N0}", tensor.Offset, tensor.Name);
            }

            end += tensor.SizeInBytes;
        }

        if (end != _file.Length)
        {
            throw new ModelFormatException(
                ModelFormatError.Hole, _file.Path, "bytes follow the last tensor", $"an end at byte {end:N0}", $"{_file.Length:N0}", end);
        }
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("A text holds half a surrogate pair.", exception);
        }
    }

    private ModelFormatException TooLong(string name, string key, int most) => key == "shape"
        ? BadShape(name, $"at most {most} dimensions", "more")
        : Bad($"'{key}' of '{name}' is too long", $"{most} numbers", name);

    private ModelFormatException BadShape(string name, string expected, string got) => new(
        ModelFormatError.BadShape, _file.Path, $"tensor '{name}' has an impossible shape", expected, got, tensor: name);

    private ModelFormatException Bad(string problem, string expected, string? tensor = null) =>
        new(ModelFormatError.BadHeader, _file.Path, problem, expected, tensor: tensor, offset: LengthBytes);
}
