namespace Cairn.Fuzz;

/// <summary>A kind of file: a valid one, how it is spoilt, and what reads it.</summary>
/// <param name="Name">Name for reports.</param>
/// <param name="FileName">Path of the file below the working folder.</param>
/// <param name="Valid">Its valid content.</param>
/// <param name="Mutate">Spoils it.</param>
/// <param name="Load">Reads the file; what it reads may lie beside it. The working folder is given.</param>
public sealed record FuzzTarget(
    string Name, string FileName, byte[] Valid, Func<byte[], Random, byte[]> Mutate, Action<string> Load)
{
    /// <summary>Files that lie beside the mutated one, unchanged: path below the working folder, and content.</summary>
    public IReadOnlyList<(string FileName, byte[] Content)> Companions { get; init; } = [];

    /// <summary>Most managed memory that reading one mutated file may allocate, in bytes.</summary>
    public long MaximumAllocation { get; init; } = 50_000_000;

    /// <summary>Puts the unchanged files into a working folder.</summary>
    public void Prepare(string folder)
    {
        foreach (var (name, content) in Companions) Write(folder, name, content);
        Write(folder, FileName, Valid);
    }

    /// <summary>Puts a mutated file into a prepared folder and reads it.</summary>
    public void Try(string folder, byte[] content)
    {
        Write(folder, FileName, content);
        Load(folder);
    }

    private static void Write(string folder, string name, byte[] content)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
