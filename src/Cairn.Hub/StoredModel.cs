using System.Security.Cryptography;

namespace Cairn.Hub;

/// <summary>A model on disk.</summary>
/// <param name="Name">Name to ask for: of the folder, or of the file without its extension.</param>
/// <param name="Path">The GGUF file, or the folder.</param>
/// <param name="Kind">What it does.</param>
/// <param name="SizeInBytes">Bytes of its weights on disk.</param>
/// <param name="Format">How it is stored.</param>
/// <param name="Architecture">Family as the file names it; null when the file is broken.</param>
/// <param name="Problem">Why it cannot be run; null when it can.</param>
public sealed record StoredModel(
    string Name, string Path, ModelKind Kind, long SizeInBytes, ModelFormat Format, string? Architecture, string? Problem)
{
    private const int BufferBytes = 1 << 20;

    /// <summary>SHA-256 of the model's file, once computed; of a folder: null.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Reads the file and adds its SHA-256 in lower-case hexadecimal.</summary>
    /// <returns>This record with <see cref="Sha256"/> set; unchanged for a folder.</returns>
    public async Task<StoredModel> WithSha256Async(CancellationToken cancellationToken = default)
    {
        if (Format != ModelFormat.Gguf) return this;

        await using var stream = new FileStream(
            Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, FileOptions.SequentialScan);
        var hash = await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false);
        return this with { Sha256 = Convert.ToHexStringLower(hash) };
    }
}
