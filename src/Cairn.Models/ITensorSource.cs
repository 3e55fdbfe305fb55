namespace Cairn.Models;

/// <summary>Tensors of one model, read in place: a file, or a folder of files.</summary>
/// <remarks>Safe for concurrent readers. Views die with the source: dispose it last.</remarks>
public interface ITensorSource : IDisposable
{
    /// <summary>The file or folder that was opened.</summary>
    string Path { get; }

    /// <summary>All tensors, in file order.</summary>
    IReadOnlyList<TensorInfo> Tensors { get; }

    /// <summary>Finds a tensor by name.</summary>
    /// <param name="name">Name in the file; case matters.</param>
    /// <param name="view">The tensor's memory, valid until the source is disposed.</param>
    /// <returns>Whether there is one.</returns>
    bool TryGetTensor(string name, out TensorView view);

    /// <summary>Says that a tensor is no longer needed, so that its memory can serve others; the view is dead from here on.</summary>
    /// <param name="view">A view that this source gave. To read the tensor again, ask for it again.</param>
    /// <remarks>Lets the pages of a mapped file leave memory, where the system can, and frees what was made for the view.</remarks>
    void Release(TensorView view);

    /// <summary>Says that a part of a tensor will probably not be read again; the view stays as it is, and reading works.</summary>
    /// <param name="view">A view that this source gave.</param>
    /// <param name="start">First byte of the part.</param>
    /// <param name="length">Bytes.</param>
    /// <remarks>Lets the pages of a mapped file leave memory, where the system can. The default does nothing.</remarks>
    void ReleasePart(TensorView view, long start, long length)
    {
    }
}
