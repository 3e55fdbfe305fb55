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

    /// <summary>Tells the system that a tensor's pages may leave memory; they are read again if touched again.</summary>
    /// <param name="view">A view that this source gave.</param>
    /// <remarks>A hint: does nothing where the system has no such call.</remarks>
    void Release(TensorView view);
}
