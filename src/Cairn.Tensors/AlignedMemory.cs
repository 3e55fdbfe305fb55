using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>
/// Native memory of <typeparamref name="T"/>, aligned to 64 bytes (a cache line, and the widest vector), or to 2 MiB
/// with a huge-page request when it is larger than that.
/// </summary>
/// <remarks>
/// Freed by <see cref="Dispose"/> only. There is no finalizer on purpose: kernels hold bare pointers, and a finalizer
/// could free memory under a product whose owner is no longer referenced.
/// </remarks>
public sealed unsafe class AlignedMemory<T> : IDisposable
    where T : unmanaged
{
    /// <summary>Allocates <paramref name="length"/> elements.</summary>
    /// <param name="length">Elements; zero is allowed.</param>
    /// <param name="zeroed">Whether the elements start as zero; pass false when all of them are written anyway.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    /// <exception cref="OutOfMemoryException">The system has no such block.</exception>
    public AlignedMemory(long length, bool zeroed = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var bytes = checked((nuint)length * (nuint)sizeof(T));
        Pointer = (T*)HugePages.Allocate(bytes);
        Length = length;
        if (zeroed)
        {
            NativeMemory.Clear(Pointer, bytes);
        }
    }

    /// <summary>First element; null after <see cref="Dispose"/>.</summary>
    public T* Pointer { get; private set; }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>Bytes of all elements.</summary>
    public long SizeInBytes => Length * sizeof(T);

    /// <summary>A window of the memory; valid until <see cref="Dispose"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The window leaves the memory.</exception>
    public Span<T> Span(long start, int length)
    {
        ObjectDisposedException.ThrowIf(Pointer is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length - length);
        return new Span<T>(Pointer + start, length);
    }

    /// <summary>The whole memory; valid until <see cref="Dispose"/>.</summary>
    /// <exception cref="OverflowException">More than <see cref="int.MaxValue"/> elements; take windows.</exception>
    public Span<T> AsSpan() => Span(0, checked((int)Length));

    /// <summary>Frees the memory; pointers and spans into it are invalid from here on.</summary>
    public void Dispose()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
