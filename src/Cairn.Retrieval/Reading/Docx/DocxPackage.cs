using System.IO.Compression;
using System.Text;
using System.Xml;

namespace Cairn.Retrieval.Reading.Docx;

/// <summary>Checks an Office package before a parser opens it: sizes, hashes, names, entities, nesting.</summary>
internal static class DocxPackage
{
    // What an encrypted package holds instead of a ZIP archive.
    private static readonly byte[] EncryptedPackage = Encoding.Unicode.GetBytes("EncryptedPackage");

    /// <exception cref="DocumentReadException">The package cannot be trusted; says why.</exception>
    public static void Check(byte[] bytes, ReaderLimits limits, CancellationToken cancellationToken)
    {
        if (bytes.AsSpan().IndexOf(EncryptedPackage) >= 0 && ContentKind.Of(bytes) != ContentKind.Zip)
        {
            throw new DocumentReadException(
                DocumentReadError.Encrypted, "The document is encrypted and needs a password. Save a copy without one.");
        }

        ContentKind.Require(bytes, ContentKind.Zip);
        using var zip = Open(bytes);
        if (zip.Entries.Count > limits.MaxEntries)
        {
            throw TooLarge($"The package has {zip.Entries.Count:N0} entries; the limit is {limits.MaxEntries:N0}.");
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        long total = 0;
        foreach (var entry in zip.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!names.Add(entry.FullName))
            {
                throw Corrupt($"The package holds two parts with the name '{entry.FullName}'.");
            }

            total += entry.Length;
            if (total > limits.MaxUnpackedBytes)
            {
                throw TooLarge($"The package unpacks to more than the {limits.MaxUnpackedBytes:N0} bytes allowed.");
            }
        }

        foreach (var entry in zip.Entries.Where(IsXml))
        {
            CheckXml(Unpack(entry, limits.MaxUnpackedBytes), entry.FullName, limits, cancellationToken);
        }
    }

    private static bool IsXml(ZipArchiveEntry entry) =>
        entry.FullName.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) || entry.FullName.EndsWith(".rels", StringComparison.OrdinalIgnoreCase);

    private static ZipArchive Open(byte[] bytes)
    {
        try
        {
            var zip = new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read);
            _ = zip.Entries.Count;
            return zip;
        }
        catch (InvalidDataException error)
        {
            throw Corrupt($"The package is damaged: {error.Message}", error);
        }
    }

    private static byte[] Unpack(ZipArchiveEntry entry, long limit)
    {
        try
        {
            using var stream = entry.Open();
            var content = StreamBytes.ReadAll(stream, limit);
            if (content.LongLength != entry.Length || Crc32.Of(content) != entry.Crc32)
            {
                throw Corrupt($"The part '{entry.FullName}' is damaged: its size or checksum is not the one that the package states.");
            }

            return content;
        }
        catch (InvalidDataException error)
        {
            throw Corrupt($"The part '{entry.FullName}' is damaged: {error.Message}", error);
        }
    }

    private static void CheckXml(byte[] content, string name, ReaderLimits limits, CancellationToken cancellationToken)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = limits.MaxUnpackedBytes };
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(content), settings);
            while (reader.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (reader.Depth > limits.MaxDepth)
                {
                    throw TooLarge($"The part '{name}' nests elements deeper than the {limits.MaxDepth} levels allowed.");
                }
            }
        }
        catch (XmlException error)
        {
            throw Corrupt($"The part '{name}' is not sound XML: {error.Message}", error);
        }
    }

    private static DocumentReadException TooLarge(string message) => new(DocumentReadError.TooLarge, message);

    private static DocumentReadException Corrupt(string message, Exception? error = null) => new(DocumentReadError.Corrupt, message, error);
}
