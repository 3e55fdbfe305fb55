using System.Text;

namespace Cairn.Retrieval.Reading;

/// <summary>Turns the bytes of a text file into characters.</summary>
/// <remarks>
/// In order: the byte-order mark (UTF-8, UTF-16, UTF-32), then UTF-16 without a mark when nearly every other byte of
/// Latin text is zero, then UTF-8 when the bytes are valid, and else Windows-1252 (a superset of Latin-1 in which no
/// byte is invalid). The mark is not part of the text.
/// </remarks>
internal static class TextDecoding
{
    private const int SampleBytes = 64 << 10;

    // The 32 characters that Windows-1252 has where Latin-1 has control codes; five are unassigned and stay as they are.
    private const string Windows1252 =
        "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";

    /// <summary>Decodes a file.</summary>
    /// <returns>The text, and a note when the encoding had to be guessed.</returns>
    /// <exception cref="DocumentReadException">The bytes are not text.</exception>
    public static (string Text, string? Note) Decode(ReadOnlySpan<byte> bytes)
    {
        if (TryDecodeMarked(bytes, out var marked))
        {
            return (marked, null);
        }

        if (GuessUtf16(bytes) is { } utf16)
        {
            return (utf16.GetString(bytes), "The file has no byte-order mark; it was read as UTF-16.");
        }

        ThrowIfBinary(bytes);
        try
        {
            return (new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes), null);
        }
        catch (DecoderFallbackException)
        {
            return (DecodeWindows1252(bytes), "The file is not valid UTF-8; it was read as Windows-1252.");
        }
    }

    private static bool TryDecodeMarked(ReadOnlySpan<byte> bytes, out string text)
    {
        Encoding[] marked = [new UTF32Encoding(false, true), new UTF32Encoding(true, true), Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode];
        foreach (var encoding in marked)
        {
            if (bytes.StartsWith(encoding.Preamble))
            {
                text = encoding.GetString(bytes[encoding.Preamble.Length..]);
                return true;
            }
        }

        text = "";
        return false;
    }

    private static UnicodeEncoding? GuessUtf16(ReadOnlySpan<byte> bytes)
    {
        var sample = bytes[..Math.Min(bytes.Length, SampleBytes)];
        var (evenZeros, oddZeros) = (0, 0);
        for (var i = 0; i < sample.Length; i++)
        {
            evenZeros += (i & 1) == 0 && sample[i] == 0 ? 1 : 0;
            oddZeros += (i & 1) == 1 && sample[i] == 0 ? 1 : 0;
        }

        var half = sample.Length / 2;
        if (half < 2 || Math.Max(evenZeros, oddZeros) * 10 < half * 4 || Math.Min(evenZeros, oddZeros) * 20 > half)
        {
            return null;
        }

        return new UnicodeEncoding(bigEndian: evenZeros > oddZeros, byteOrderMark: false);
    }

    private static void ThrowIfBinary(ReadOnlySpan<byte> bytes)
    {
        var sample = bytes[..Math.Min(bytes.Length, SampleBytes)];
        var controls = 0;
        foreach (var value in sample)
        {
            controls += value < 0x20 && value is not (0x09 or 0x0A or 0x0C or 0x0D or 0x1B or 0x08) ? 1 : 0;
        }

        // A few stray control bytes happen in old text files; more means that it is something else.
        if (controls * 100 > sample.Length)
        {
            throw new DocumentReadException(
                DocumentReadError.Binary,
                $"The name says text, but {controls:N0} of the first {sample.Length:N0} bytes are control codes.");
        }
    }

    private static string DecodeWindows1252(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            text[i] = bytes[i] is >= 0x80 and < 0xA0 ? Windows1252[bytes[i] - 0x80] : (char)bytes[i];
        }

        return new string(text);
    }
}
