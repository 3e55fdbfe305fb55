namespace Cairn.Retrieval.Reading;

/// <summary>Reads a stream whole, up to a limit.</summary>
internal static class StreamBytes
{
    /// <exception cref="DocumentReadException">The stream is longer than the limit.</exception>
    public static byte[] ReadAll(Stream stream, long limit)
    {
        using var buffer = new MemoryStream();
        var block = new byte[81920];
        int count;
        while ((count = stream.Read(block)) > 0)
        {
            if (buffer.Length + count > limit)
            {
                throw new DocumentReadException(
                    DocumentReadError.TooLarge, $"The file has more than the {limit:N0} bytes allowed.");
            }

            buffer.Write(block, 0, count);
        }

        return buffer.ToArray();
    }
}
