using System.Buffers.Binary;

namespace Cairn.Models.Tokenizers.SentencePiece;

/// <summary>Reads the fields of one protocol-buffer message, which may come from anywhere.</summary>
/// <remarks>
/// Wire format of protocol buffers: a tag is field · 8 + type; types are varint (0), 8 bytes (1), length and bytes (2) and
/// 4 bytes (5). Groups, which the format has given up, are an error. Nothing is allocated.
/// </remarks>
internal ref struct ProtobufReader
{
    private readonly ReadOnlySpan<byte> _message;
    private readonly string _path;
    private readonly long _offset;
    private int _at;
    private int _type;

    /// <summary>Starts at the front of a message.</summary>
    /// <param name="message">Its bytes.</param>
    /// <param name="path">The file, for errors.</param>
    /// <param name="offset">Where in the file the message begins.</param>
    public ProtobufReader(ReadOnlySpan<byte> message, string path, long offset)
    {
        _message = message;
        _path = path;
        _offset = offset;
    }

    /// <summary>Number of the field that is read or skipped next.</summary>
    public int Field { get; private set; }

    /// <summary>Place in the file.</summary>
    public readonly long Offset => _offset + _at;

    /// <summary>Moves to the next field; false at the end.</summary>
    public bool TryMoveNext()
    {
        if (_at == _message.Length) return false;

        var tag = ReadRawVarint();
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        _type = (int)(tag & 7);
        return Field > 0 ? true : throw Error(ModelFormatError.BadHeader, "a field has the number 0");
    }

    public long ReadInteger()
    {
        Require(0, "a number");
        return (long)ReadRawVarint();
    }

    public bool ReadBoolean() => ReadInteger() != 0;

    public float ReadSingle()
    {
        Require(5, "a 4-byte number");
        return BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));
    }

    public ReadOnlySpan<byte> ReadBytes()
    {
        Require(2, "bytes");
        var length = ReadRawVarint();
        return length <= (ulong)(_message.Length - _at)
            ? Take((int)length)
            : throw Error(ModelFormatError.Truncated, "a field runs beyond its message", $"at most {_message.Length - _at:N0} bytes", $"{length:N0}");
    }

    /// <summary>The message in the field that is next.</summary>
    public ProtobufReader ReadMessage()
    {
        var bytes = ReadBytes();
        return new ProtobufReader(bytes, _path, Offset - bytes.Length);
    }

    public void Skip()
    {
        switch (_type)
        {
            case 0:
                ReadRawVarint();
                break;
            case 1:
                Take(sizeof(long));
                break;
            case 2:
                ReadBytes();
                break;
            case 5:
                Take(sizeof(int));
                break;
            default:
                throw Error(ModelFormatError.BadHeader, $"field {Field} has a type that does not exist", "0, 1, 2 or 5", $"{_type}");
        }
    }

    public readonly ModelFormatException Error(ModelFormatError kind, string problem, string? expected = null, string? got = null) =>
        new(kind, _path, problem, expected, got, Offset);

    private readonly void Require(int type, string what)
    {
        if (_type != type) throw Error(ModelFormatError.BadType, $"field {Field} has the wrong type", what, $"type {_type}");
    }

    private ulong ReadRawVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        throw Error(ModelFormatError.BadHeader, "a number has more than ten bytes");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _message.Length - _at) throw Error(ModelFormatError.Truncated, "the file ends inside a field");

        _at += length;
        return _message.Slice(_at - length, length);
    }
}
