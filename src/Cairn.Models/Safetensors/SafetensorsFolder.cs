using System.Text.Json;
using Cairn.Models.Configuration;

namespace Cairn.Models.Safetensors;

/// <summary>The weights of a Hugging Face folder: one safetensors file, or shards listed by an index.</summary>
public sealed class SafetensorsFolder : ITensorSource
{
    private const string SingleFile = "model.safetensors";
    private const string IndexFile = "model.safetensors.index.json";

    private readonly List<SafetensorsFile> _files;
    private readonly Dictionary<string, SafetensorsFile> _byName;

    private SafetensorsFolder(string path, List<SafetensorsFile> files, Dictionary<string, SafetensorsFile> byName)
    {
        Path = path;
        _files = files;
        _byName = byName;
        Tensors = [.. files.SelectMany(file => file.Tensors.Where(tensor => byName.GetValueOrDefault(tensor.Name) == file))];
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TensorInfo> Tensors { get; }

    /// <summary>Opens the weights of a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="ModelFormatException">A file is missing or broken, or the index does not fit its shards.</exception>
    public static SafetensorsFolder Open(string path)
    {
        var index = System.IO.Path.Combine(path, IndexFile);
        var single = System.IO.Path.Combine(path, SingleFile);
        var files = new List<SafetensorsFile>();
        try
        {
            if (File.Exists(index)) return OpenShards(path, index, files);
            if (!File.Exists(single)) throw NoWeights(path);

            files.Add(SafetensorsFile.Open(single));
            var byName = files[0].Tensors.ToDictionary(tensor => tensor.Name, _ => files[0], StringComparer.Ordinal);
            return new SafetensorsFolder(path, files, byName);
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public bool TryGetTensor(string name, out TensorView view)
    {
        view = default;
        return _byName.TryGetValue(name, out var file) && file.TryGetTensor(name, out view);
    }

    /// <inheritdoc/>
    public void Release(TensorView view)
    {
        if (_byName.TryGetValue(view.Info.Name, out var file)) file.Release(view);
    }

    /// <inheritdoc/>
    public void Dispose() => _files.ForEach(file => file.Dispose());

    private static SafetensorsFolder OpenShards(string path, string index, List<SafetensorsFile> files)
    {
        var config = ModelFolderFile.Read(index);
        if (!config.TryGet("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
        {
            throw new ModelFormatException(ModelFormatError.BadConfig, index, "the index has no 'weight_map'", "an object");
        }

        var shards = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        var byName = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        foreach (var member in map.EnumerateObject())
        {
            var name = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : "";
            if (!shards.TryGetValue(name, out var shard))
            {
                shard = OpenShard(path, index, name);
                files.Add(shard);
                shards.Add(name, shard);
            }

            if (!shard.TryGetTensor(member.Name, out _))
            {
                throw new ModelFormatException(
                    ModelFormatError.MissingTensor, shard.Path, $"the index promises tensor '{member.Name}' here", tensor: member.Name);
            }

            if (!byName.TryAdd(member.Name, shard))
            {
                throw new ModelFormatException(
                    ModelFormatError.DuplicateTensor, index, $"the index lists tensor '{member.Name}' twice", tensor: member.Name);
            }
        }

        files.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path)); // the order of shards, whatever the index's is
        return new SafetensorsFolder(path, files, byName);
    }

    private static SafetensorsFile OpenShard(string path, string index, string name)
    {
        var isPlain = name.Length > 0 && name is not ("." or "..") && name.AsSpan().IndexOfAny('/', '\\', ':') < 0;
        if (!isPlain)
        {
            throw new ModelFormatException(
                ModelFormatError.PathEscape, index, "the index names a file outside the folder", "a plain file name", $"'{name}'");
        }

        var file = System.IO.Path.Combine(path, name);
        return File.Exists(file) ? SafetensorsFile.Open(file) : throw new ModelFormatException(
            ModelFormatError.MissingFile, index, $"the index names '{name}', which is not there; fetch the whole model");
    }

    private static ModelFormatException NoWeights(string path)
    {
        var pickles = Directory.Exists(path) && Directory.EnumerateFiles(path, "*.bin").Any();
        return pickles
            ? new ModelFormatException(
                ModelFormatError.Unsupported, path, "the folder holds only pickled weights, which can run code and are never read; convert them to safetensors")
            : new ModelFormatException(
                ModelFormatError.MissingFile, path, $"the folder has neither '{SingleFile}' nor '{IndexFile}'");
    }
}
