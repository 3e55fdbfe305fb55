using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Cairn.Models.Gguf;

/// <summary>Reads a GGUF header front to back and never past the end of the file.</summary>
internal sealed class GgufCursor(MappedFile file)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Offset of the next byte.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes left.</summary>
    public long Remaining => file.Length - Position;

    /// <summary>Reads a little-endian 32-bit number.</summary>
    public uint ReadUInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, what));

    /// <summary>Reads a little-endian 64-bit number.</summary>
    public ulong ReadUInt64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, what));

    /// <summary>Reads a short text that must be valid: a key or a tensor name.</summary>
    /// <param name="what">What it is, for messages.</param>
    /// <param name="maximum">Most bytes that it may have.</param>
    /// <param name="tooLong">Kind of error when it has more but the file could hold it.</param>
    public string ReadName(string what, int maximum, ModelFormatError tooLong)
    {
        var start = Position;
        var length = ReadLength(what);
        if (length > maximum)
        {
            throw Error(tooLong, $"{what} is too long", $"at most {maximum:N0} bytes", $"{length:N0}", start);
        }

        var bytes = Take(length, what);
        if (!Utf8.IsValid(bytes))
        {
            throw Error(ModelFormatError.BadEncoding, $"{what} is not UTF-8", null, Convert.ToHexString(bytes[..Math.Min(bytes.Length, 16)]), start);
        }

        return StrictUtf8.GetString(bytes);
    }

    /// <summary>Steps over a text of any content.</summary>
    public void SkipString(string what) => Take(ReadLength(what), what);

    /// <summary>Steps over bytes that a count has already been checked against.</summary>
    public void Skip(long length, string what)
    {
        if (length > Remaining) throw End(what, length);
        Position += length;
    }

    /// <summary>Reads the next bytes.</summary>
    public ReadOnlySpan<byte> Take(int length, string what)
    {
        if (length > Remaining) throw End(what, length);
        var bytes = file.Span(Position, length);
        Position += length;
        return bytes;
    }

    /// <summary>An error at an offset of this file.</summary>
    public ModelFormatException Error(
        ModelFormatError kind, string problem, string? expected, string? got, long offset, string? tensor = null)
        => new(kind, file.Path, problem, expected, got, offset, tensor);

    private int ReadLength(string what)
    {
        var start = Position;
        var length = ReadUInt64($"length of {what}");
        if (length > (ulong)file.Length || length > int.MaxValue)
        {
            throw Error(
                ModelFormatError.BadLength, $"{what} claims more bytes than the file has",
                $"at most {file.Length:N0}", $"{length:N0}", start);
        }

        return (int)length;
    }

    private ModelFormatException End(string what, long length) => Error(
        ModelFormatError.Truncated, $"the file ends inside {what}; the download is probably incomplete",
        $"{length:N0} bytes", $"{Remaining:N0}", Position);
}
