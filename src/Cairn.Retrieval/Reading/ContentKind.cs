namespace Cairn.Retrieval.Reading;

/// <summary>What a file is by its first bytes, whatever its name says.</summary>
internal static class ContentKind
{
    public const string Pdf = "PDF";
    public const string Zip = "ZIP (as DOCX, XLSX and EPUB are)";

    private const int HeaderBytes = 1024;

    /// <summary>Throws when the bytes are plainly of another kind than the name says.</summary>
    public static void Require(ReadOnlySpan<byte> bytes, string expected)
    {
        var found = Of(bytes);
        if (found != expected)
        {
            throw new DocumentReadException(
                DocumentReadError.Binary,
                found is null
                    ? $"By its name the file is {expected}, but its first bytes are not those of one."
                    : $"By its name the file is {expected}, by its content it is {found}. Rename it if the content is right.");
        }
    }

    /// <summary>The kind; null when the bytes say nothing.</summary>
    public static string? Of(ReadOnlySpan<byte> bytes)
    {
        var head = bytes[..Math.Min(bytes.Length, HeaderBytes)];
        return head switch
        {
            _ when head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8) => Zip,
            _ when head.StartsWith("MZ"u8) => "a Windows program",
            _ when head.StartsWith("\u007FELF"u8) => "a program",
            [0xD0, 0xCF, 0x11, 0xE0, ..] => "an old Office file",
            [0x89, 0x50, 0x4E, 0x47, ..] => "a PNG picture",
            [0xFF, 0xD8, 0xFF, ..] => "a JPEG picture",
            [0x1F, 0x8B, ..] => "a GZIP archive",
            _ when head.IndexOf("%PDF-"u8) >= 0 => Pdf,
            _ => null,
        };
    }
}
