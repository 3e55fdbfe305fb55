using Cairn.Models;
using Cairn.Models.Adapters;

namespace Cairn.Hub;

/// <summary>Finds LoRA adapters by file, folder or name in a list of root folders.</summary>
/// <remarks>
/// A root holds GGUF adapters, PEFT folders, and folders that hold such files. Names ignore case; an earlier root hides
/// a later one. Safe for concurrent use: nothing is cached.
/// </remarks>
public sealed class AdapterStore
{
    private readonly string[] _roots;

    /// <summary>Looks into the given folders, in this order; a missing one is passed over.</summary>
    /// <param name="roots">Root folders.</param>
    public AdapterStore(IEnumerable<string> roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        _roots = [.. roots.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The root folders, in search order.</summary>
    public IReadOnlyList<string> Roots => _roots;

    /// <summary>The usual store: given roots first, then <see cref="CairnHome.Adapters"/>, then the folders of the models.</summary>
    /// <param name="roots">Roots to search before the usual ones.</param>
    public static AdapterStore CreateDefault(params IEnumerable<string> roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        return new AdapterStore([.. roots, CairnHome.Adapters, .. ModelStore.CreateDefault().Roots]);
    }

    /// <summary>Path of an adapter.</summary>
    /// <param name="nameOrPath">A folder, a file, or a name in a root.</param>
    /// <exception cref="ModelNotFoundException">There is none.</exception>
    public string Resolve(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        if (File.Exists(nameOrPath) || Directory.Exists(nameOrPath)) return Path.GetFullPath(nameOrPath);

        var found = Find().FirstOrDefault(adapter => string.Equals(adapter.Name, nameOrPath, StringComparison.OrdinalIgnoreCase));
        return found.Path ?? throw NotFound(nameOrPath);
    }

    /// <summary>All adapters of all roots, by name. Broken ones are listed with their problem.</summary>
    public IReadOnlyList<StoredAdapter> List()
    {
        var adapters = new SortedDictionary<string, StoredAdapter>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, path) in Find()) adapters.TryAdd(name, Probe(name, path));
        return [.. adapters.Values];
    }

    private IEnumerable<(string Name, string Path)> Find()
    {
        foreach (var root in _roots.Where(Directory.Exists))
        {
            foreach (var folder in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
            {
                if (AdapterFile.IsAdapter(folder)) yield return (Path.GetFileName(folder), folder);
                foreach (var file in Files(folder)) yield return ($"{Path.GetFileName(folder)}/{Path.GetFileNameWithoutExtension(file)}", file);
            }

            foreach (var file in Files(root)) yield return (Path.GetFileNameWithoutExtension(file), file);
        }
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*.gguf").Order(StringComparer.Ordinal).Where(AdapterFile.IsAdapter);

    private static StoredAdapter Probe(string name, string path)
    {
        var format = Directory.Exists(path) ? AdapterFormat.Peft : AdapterFormat.Gguf;
        try
        {
            using var file = AdapterFile.Open(path);
            return new StoredAdapter(name, path, format, file.SizeInBytes, file.Rank, file.BaseModel ?? file.Architecture, null);
        }
        catch (Exception exception) when (exception is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            return new StoredAdapter(name, path, format, 0, 0, null, exception.Message);
        }
    }

    private ModelNotFoundException NotFound(string asked)
    {
        var names = Find().Select(adapter => adapter.Name)
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase).ToList();
        var known = names.Count == 0 ? "the store holds no adapter" : "known: " + string.Join(", ", names);
        return new ModelNotFoundException(
            asked, $"There is no adapter '{asked}': no such file or folder, and {known} (searched {string.Join(", ", _roots)}).");
    }
}
