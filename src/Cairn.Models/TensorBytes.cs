namespace Cairn.Models;

/// <summary>Copies a tensor as it lies in its file.</summary>
public static class TensorBytes
{
    private const int PieceBytes = 1 << 20;

    /// <summary>Writes all bytes of a tensor.</summary>
    /// <param name="source">A tensor of an open file.</param>
    /// <param name="destination">Receives <see cref="TensorInfo.SizeInBytes"/> bytes.</param>
    /// <param name="cancellationToken">Stops between pieces of a megabyte.</param>
    public static unsafe void Copy(TensorView source, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        for (var offset = 0L; offset < source.Info.SizeInBytes; offset += PieceBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var length = (int)Math.Min(PieceBytes, source.Info.SizeInBytes - offset);
            destination.Write(new ReadOnlySpan<byte>(source.Data + offset, length));
        }
    }
}
