namespace Cairn.Models;

/// <summary>A new file whose writing can be stopped at every piece.</summary>
internal sealed class CancellableFileStream(string path, int bufferBytes, CancellationToken cancellationToken)
    : FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferBytes)
{
    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        cancellationToken.ThrowIfCancellationRequested();
        base.Write(buffer);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        cancellationToken.ThrowIfCancellationRequested();
        base.Write(buffer, offset, count);
    }
}
