using Cairn.Models.Configuration;
using Cairn.Models.Gguf;

namespace Cairn.Models.Adapters;

/// <summary>
/// A LoRA adapter on disk: a PEFT folder or a GGUF file, opened and checked. Weights stay in the mapped file until they
/// are asked for.
/// </summary>
/// <remarks>
/// LoRA: Hu et al. 2021, arXiv:2106.09685, y = W·x + s·B·(A·x); rsLoRA: Kalajdzievski 2023, arXiv:2312.03732; DoRA: Liu
/// et al. 2024, arXiv:2402.09353. What is not implemented is refused by name when the adapter is opened.
/// </remarks>
public sealed class AdapterFile : IDisposable
{
    private readonly ITensorSource _weights;

    private AdapterFile(
        string path, AdapterFormat format, ITensorSource weights, IReadOnlyList<AdapterModule> modules, IReadOnlyList<AdapterReplacement> replacements)
    {
        Path = path;
        Format = format;
        Name = NameOf(path);
        _weights = weights;
        Modules = modules;
        Replacements = replacements;
    }

    /// <summary>The folder or file, as it was opened.</summary>
    public string Path { get; }

    /// <summary>Name of the folder, or of the file without its extension.</summary>
    public string Name { get; }

    /// <summary>How it is stored.</summary>
    public AdapterFormat Format { get; }

    /// <summary>GGUF's name of the base model's family; null in a PEFT folder, which does not say.</summary>
    public string? Architecture { get; private init; }

    /// <summary>The base model as the trainer named it; null where the file does not say.</summary>
    public string? BaseModel { get; private init; }

    /// <summary>α of a module that no pattern names.</summary>
    public double Alpha { get; private init; }

    /// <summary>Whether s = α / √rank (rsLoRA) and not α / rank.</summary>
    public bool UsesRankStabilizedScale { get; private init; }

    /// <summary>Whether modules bring the lengths of their rows (DoRA).</summary>
    public bool UsesMagnitudes { get; private init; }

    /// <summary>Whether patterns give some modules another rank or α than the rest.</summary>
    public bool HasPatterns { get; private init; }

    /// <summary>The adapted matrices, in order of their names.</summary>
    public IReadOnlyList<AdapterModule> Modules { get; }

    /// <summary>The matrices that are replaced as a whole.</summary>
    public IReadOnlyList<AdapterReplacement> Replacements { get; }

    /// <summary>The largest rank.</summary>
    public int Rank => Modules.Select(module => module.Rank).DefaultIfEmpty(0).Max();

    /// <summary>Numbers that training changed.</summary>
    public long TrainableParameters =>
        Modules.Sum(module => module.TrainableParameters) + Replacements.Sum(replacement => replacement.Parameters);

    /// <summary>Bytes of all weights.</summary>
    public long SizeInBytes => _weights.Tensors.Sum(tensor => tensor.SizeInBytes);

    /// <summary>The file of the weights, for messages.</summary>
    internal string WeightsPath => _weights.Path;

    /// <summary>Which modules a PEFT configuration means; null for GGUF, where the tensors say it.</summary>
    internal PeftTargets? Targets { get; private init; }

    /// <summary>Whether a path looks like an adapter: a folder with a PEFT configuration, or a GGUF file that says so.</summary>
    /// <param name="path">A file or folder; one that cannot be read is no adapter.</param>
    public static bool IsAdapter(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path)) return File.Exists(System.IO.Path.Combine(path, PeftAdapterReader.ConfigFile));
        if (!File.Exists(path) || !path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)) return false;
        try
        {
            using var file = GgufFile.Open(path);
            return IsAdapter(file);
        }
        catch (Exception exception) when (exception is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether a GGUF file says that it is an adapter.</summary>
    /// <param name="file">An open file.</param>
    /// <exception cref="ModelFormatException">The key that says so is no text.</exception>
    public static bool IsAdapter(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return GgufAdapterReader.IsAdapter(file);
    }

    /// <summary>Opens a PEFT folder or a GGUF file.</summary>
    /// <param name="path">The folder or file.</param>
    /// <exception cref="FileNotFoundException">There is neither.</exception>
    /// <exception cref="ModelFormatException">It is damaged, or asks for something that is not implemented.</exception>
    public static AdapterFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path)) return OpenFolder(path);
        return File.Exists(path)
            ? OpenGguf(path)
            : throw new FileNotFoundException($"There is no adapter '{path}': no such folder or file.", path);
    }

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();

    private static AdapterFile OpenFolder(string path)
    {
        var config = PeftConfiguration.Read(new ModelFolder(path).ReadOptional(PeftAdapterReader.ConfigFile) ?? throw NoConfiguration(path));
        var weights = PeftAdapterReader.OpenWeights(path);
        try
        {
            var (modules, replacements) = PeftAdapterReader.Read(weights, config);
            return new AdapterFile(path, AdapterFormat.Peft, weights, modules, replacements)
            {
                BaseModel = config.BaseModel,
                Alpha = config.Alpha,
                UsesRankStabilizedScale = config.UsesRankStabilizedScale,
                UsesMagnitudes = config.UsesMagnitudes,
                HasPatterns = config.HasPatterns,
                Targets = config.Targets,
            };
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    private static AdapterFile OpenGguf(string path)
    {
        var file = GgufFile.Open(path);
        try
        {
            var alpha = GgufAdapterReader.ReadAlpha(file);
            return new AdapterFile(path, AdapterFormat.Gguf, file, GgufAdapterReader.Read(file, alpha), [])
            {
                Architecture = file.Metadata.GetString(Architectures.ArchitectureKey),
                BaseModel = file.Metadata.TryGetString("general.base_model.0.name", out var name) ? name : null,
                Alpha = alpha,
            };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static ModelFormatException NoConfiguration(string path)
    {
        // PEFT saves an adapter that is not called "default" one folder further down.
        var below = Directory.EnumerateDirectories(path)
            .Where(folder => File.Exists(System.IO.Path.Combine(folder, PeftAdapterReader.ConfigFile)))
            .Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        var hint = below.Count > 0 ? $"; it has adapters in its folders {string.Join(", ", below)}: name one of them" : "";
        return new ModelFormatException(
            ModelFormatError.MissingFile, path, $"the folder has no '{PeftAdapterReader.ConfigFile}'{hint}");
    }

    private static string NameOf(string path)
    {
        var name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
        return name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? name[..^".gguf".Length] : name;
    }
}
