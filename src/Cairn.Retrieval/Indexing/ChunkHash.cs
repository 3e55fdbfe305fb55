using System.Security.Cryptography;
using System.Text;

namespace Cairn.Retrieval.Indexing;

/// <summary>Identifies what the embedder reads of a chunk: SHA-256 of heading path and text.</summary>
internal static class ChunkHash
{
    public static byte[] Of(string headingPath, string text) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{headingPath}\n{text}"));
}
