using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Cairn.Models;

/// <summary>A file mapped into memory for reading.</summary>
/// <remarks>The caller checks every range against <see cref="Length"/> before it touches a byte.</remarks>
internal sealed unsafe partial class MappedFile : IDisposable
{
    private const int DontNeed = 4; // MADV_DONTNEED of Linux

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _start;

    private MappedFile(string path, long length, MemoryMappedFile file)
    {
        Path = path;
        Length = length;
        _file = file;
        _view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    /// <summary>The path as it was opened.</summary>
    public string Path { get; }

    /// <summary>Bytes in the file.</summary>
    public long Length { get; }

    /// <summary>First byte of the file.</summary>
    /// <exception cref="ObjectDisposedException">The mapping is gone.</exception>
    public byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(_start is null, this);
            return _start;
        }
    }

    /// <summary>Maps a file.</summary>
    /// <exception cref="ModelFormatException">The file is empty.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static MappedFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
        MemoryMappedFile? file = null;
        try
        {
            var length = stream.Length;
            if (length == 0)
            {
                throw new ModelFormatException(ModelFormatError.Truncated, path, "the file is empty; fetch it again");
            }

            file = MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return new MappedFile(path, length, file);
        }
        catch
        {
            file?.Dispose();
            stream.Dispose();
            throw;
        }
    }

    /// <summary>A range as a span.</summary>
    /// <param name="offset">First byte; the range must lie in the file.</param>
    /// <param name="length">Bytes.</param>
    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset > Length - length) throw new ArgumentOutOfRangeException(nameof(offset));
        return new ReadOnlySpan<byte>(Start + offset, length);
    }

    /// <summary>Lets the whole pages of a range leave memory (Linux; elsewhere nothing happens).</summary>
    public void Release(long offset, long length)
    {
        if (!OperatingSystem.IsLinux() || _start is null) return;

        var page = (nuint)Environment.SystemPageSize;
        var first = ((nuint)(_start + offset) + page - 1) / page * page;
        var end = (nuint)(_start + offset + length) / page * page;
        if (end > first) _ = Advise((void*)first, end - first, DontNeed); // a hint: failure changes nothing
    }

    /// <summary>Ends the mapping; pointers into it are invalid from now on.</summary>
    public void Dispose()
    {
        if (_start is null) return;

        _start = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* address, nuint length, int advice);
}
