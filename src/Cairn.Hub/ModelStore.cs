namespace Cairn.Hub;

/// <summary>Finds models by file, folder or name in a list of root folders.</summary>
/// <remarks>
/// A root holds <c>name.gguf</c> files and <c>name/</c> folders; a folder holds one or more GGUF files, or a Hugging Face
/// model. Names ignore case; an earlier root hides a later one. Safe for concurrent use: nothing is cached.
/// </remarks>
public sealed class ModelStore
{
    /// <summary>Name of the chat model that comes with Cairn.</summary>
    public const string DefaultDecoder = "smollm2-135m-instruct";

    /// <summary>Name of the embedding model that comes with Cairn.</summary>
    public const string DefaultEncoder = "all-minilm-l6-v2";

    private const string BundledFolder = "models";

    private readonly string[] _roots;

    /// <summary>Looks into the given folders, in this order; a missing one is passed over.</summary>
    /// <param name="roots">Root folders.</param>
    public ModelStore(IEnumerable<string> roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        _roots = [.. roots.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The root folders, in search order.</summary>
    public IReadOnlyList<string> Roots => _roots;

    /// <summary>The usual store: given roots first, then <see cref="CairnHome.Models"/>, then the models bundled with Cairn.</summary>
    /// <param name="roots">Roots to search before the usual ones.</param>
    public static ModelStore CreateDefault(params IEnumerable<string> roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        return new ModelStore([.. roots, CairnHome.Models, .. FindBundled()]);
    }

    /// <summary>Finds a model.</summary>
    /// <param name="nameOrPath">A GGUF file, a model folder, or the name of a model in a root.</param>
    /// <exception cref="ModelNotFoundException">There is none, or a folder holds several.</exception>
    public StoredModel Resolve(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        if (File.Exists(nameOrPath)) return ModelProbe.Probe(nameOrPath);
        if (Directory.Exists(nameOrPath) && ModelProbe.FindModels(nameOrPath) is { Count: > 0 } inFolder)
        {
            return Single(nameOrPath, inFolder);
        }

        foreach (var root in _roots.Where(Directory.Exists))
        {
            var matches = FindPaths(root)
                .Where(found => string.Equals(found.Name, nameOrPath, StringComparison.OrdinalIgnoreCase))
                .Select(found => found.Path)
                .ToList();
            if (matches.Count > 0) return Single(nameOrPath, matches) with { Name = NameOf(root, matches[0]) };
        }

        throw NotFound(nameOrPath);
    }

    /// <summary>All models of all roots, by name. Broken ones are listed with their problem.</summary>
    public IReadOnlyList<StoredModel> List()
    {
        var models = new SortedDictionary<string, StoredModel>(StringComparer.OrdinalIgnoreCase);
        foreach (var root in _roots.Where(Directory.Exists))
        {
            foreach (var group in FindPaths(root).GroupBy(found => found.Name, StringComparer.OrdinalIgnoreCase))
            {
                var paths = group.Select(found => found.Path).ToList();
                foreach (var path in paths)
                {
                    var name = paths.Count == 1 ? group.Key : $"{group.Key}/{Path.GetFileNameWithoutExtension(path)}";
                    models.TryAdd(name, ModelProbe.Probe(path) with { Name = name });
                }
            }
        }

        return [.. models.Values];
    }

    private static IEnumerable<(string Name, string Path)> FindPaths(string root)
    {
        foreach (var folder in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
        {
            foreach (var path in ModelProbe.FindModels(folder))
            {
                yield return (Path.GetFileName(folder), path);
            }
        }

        foreach (var file in Directory.EnumerateFiles(root, "*.gguf").Order(StringComparer.Ordinal))
        {
            yield return (Path.GetFileNameWithoutExtension(file), file);
        }
    }

    private static StoredModel Single(string asked, IReadOnlyList<string> paths) => paths is [var only]
        ? ModelProbe.Probe(only)
        : throw new ModelNotFoundException(
            asked, $"'{asked}' holds {paths.Count} models; name one of the files: {string.Join(", ", paths.Select(Path.GetFileName))}.");

    private static string NameOf(string root, string path)
    {
        var below = Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar)[0];
        return below.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? Path.GetFileNameWithoutExtension(below) : below;
    }

    private ModelNotFoundException NotFound(string asked)
    {
        var names = _roots.Where(Directory.Exists).SelectMany(FindPaths).Select(found => found.Name)
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase).ToList();
        var known = names.Count == 0 ? "the store is empty" : "known: " + string.Join(", ", names);
        return new ModelNotFoundException(
            asked,
            Directory.Exists(asked)
                ? $"'{asked}' is no model: {Describe(asked)}."
                : $"There is no model '{asked}': no such file or folder, and {known} (searched {string.Join(", ", _roots)}).");
    }

    private static string Describe(string folder) => File.Exists(Path.Combine(folder, "adapter_config.json"))
        ? "it is a LoRA adapter: name its base model, and this with --adapter"
        : "the folder holds no GGUF file and no config.json";

    private static IEnumerable<string> FindBundled()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var models = Path.Combine(folder.FullName, BundledFolder);
            if (Directory.Exists(Path.Combine(models, DefaultDecoder)) || Directory.Exists(Path.Combine(models, DefaultEncoder)))
            {
                yield return models;
                yield break;
            }
        }
    }
}
