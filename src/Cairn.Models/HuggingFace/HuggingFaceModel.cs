using Cairn.Models.Configuration;
using Cairn.Models.Safetensors;

namespace Cairn.Models.HuggingFace;

/// <summary>A Hugging Face folder that presents its tensors under GGUF's names and in GGUF's layout.</summary>
/// <remarks>
/// What lies in the same way is read in place. The rest is copied at the first request: <see cref="Release"/> frees the
/// copy. A tensor that the family does not know keeps its name, so that a validator can refuse it.
/// </remarks>
public sealed class HuggingFaceModel : ITensorSource
{
    private readonly SafetensorsFolder _weights;
    private readonly Dictionary<string, FolderTensor> _byName = new(StringComparer.Ordinal);
    private readonly LayoutSizes _sizes;
    private readonly bool _hasParts;
    private readonly List<string> _leftOut = [];
    private readonly Lock _lock = new();

    private HuggingFaceModel(
        ModelFolder folder, string modelType, DecoderConfiguration? decoder, EncoderConfiguration? encoder, SafetensorsFolder weights)
    {
        (Folder, Decoder, Encoder, _weights) = (folder, decoder, encoder, weights);
        _hasParts = modelType == TextPart.OuterType;
        ModelType = _hasParts ? TextPart.InnerType : modelType;
        Mapping = TensorMapping.ForFamily(ModelType);
        _sizes = new LayoutSizes(
            decoder?.HeadDim ?? encoder?.HeadDim ?? 1,
            encoder is null ? 0 : EncoderFolder.ReadPaddingPositions(folder.ReadRequired("config.json"), encoder.Family));
        Tensors = [.. Arrange().Select(tensor => tensor.Info)];
    }

    /// <summary>The <c>model_type</c>s of config.json that can be opened as decoders.</summary>
    public static IReadOnlyList<string> DecoderTypes { get; } =
        [.. DecoderFolderFamilies.All.Select(family => family.ModelType), TextPart.OuterType];

    /// <summary>The folder's other files.</summary>
    public ModelFolder Folder { get; }

    /// <summary>Family, in the word of config.json: <c>model_type</c>; that of the language model where the folder holds more.</summary>
    public string ModelType { get; }

    /// <summary>The configuration of a decoder; null for an encoder.</summary>
    public DecoderConfiguration? Decoder { get; }

    /// <summary>The configuration of an encoder; null for a decoder.</summary>
    public EncoderConfiguration? Encoder { get; }

    /// <summary>The names of the family's tensors.</summary>
    public TensorMapping Mapping { get; }

    /// <inheritdoc/>
    public string Path => Folder.Path;

    /// <inheritdoc/>
    public IReadOnlyList<TensorInfo> Tensors { get; }

    /// <summary>Tensors of the folder that belong to other parts than the language model, such as one that reads images.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>Reads config.json, maps the weights, and finds a canonical place for each tensor.</summary>
    /// <param name="folder">A folder with config.json and safetensors.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ModelFormatException">A file is missing or broken, or the family is not one that Cairn runs.</exception>
    public static HuggingFaceModel Open(string folder)
    {
        var files = new ModelFolder(folder);
        var config = files.ReadRequired("config.json");
        var type = config.GetString("model_type");
        var isEncoder = EncoderFamilies.FindByModelType(type) is not null;
        var decoder = isEncoder ? null : DecoderConfigReader.Read(files);
        var encoder = isEncoder ? EncoderFolder.Read(files) : null;
        var weights = SafetensorsFolder.Open(folder);
        try
        {
            return new HuggingFaceModel(files, type, decoder, encoder, weights);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool TryGetTensor(string name, out TensorView view)
    {
        view = default;
        if (!_byName.TryGetValue(name, out var tensor)) return false;

        lock (_lock) view = tensor.Open(_weights, _sizes);
        return true;
    }

    /// <inheritdoc/>
    public void Release(TensorView view)
    {
        if (!_byName.TryGetValue(view.Info.Name, out var tensor)) return;

        lock (_lock) tensor.Release(_weights);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _byName.Values) tensor.Dispose();
        _weights.Dispose();
    }

    /// <summary>Places all tensors: computed ones first, then in the folder's order; a stack stands where its first part did.</summary>
    private List<FolderTensor> Arrange()
    {
        var tensors = new List<FolderTensor>();
        var stacks = new Dictionary<string, SortedDictionary<int, TensorInfo>>(StringComparer.Ordinal);
        var places = new List<(TensorInfo Source, CanonicalTensor Target)>();
        foreach (var source in _weights.Tensors)
        {
            if (NameOf(source) is not { } name || Mapping.IsUnused(name)) continue;
            if (!Mapping.TryMap(name, out var target)) target = new CanonicalTensor(name, TensorLayout.Same);
            if (Decoder is { HasTiedOutput: true } && target.Name == Decoder.TensorNames.Output) continue; // the embedding again
            if (target.Expert is { } expert)
            {
                var isNew = !stacks.TryGetValue(target.Name, out var parts);
                if (isNew) stacks.Add(target.Name, parts = []);
                if (!parts!.TryAdd(expert, source)) throw Twice(target.Name, source);
                if (!isNew) continue;
            }

            places.Add((source, target));
        }

        if (Decoder is not null)
        {
            foreach (var (name, values) in RopeTensors.Compute(TextPart.ReadConfig(Folder), Decoder)) Add(FolderTensor.FromValues(name, values));
        }

        foreach (var (source, target) in places)
        {
            Add(target.Expert is null
                ? FolderTensor.FromWhole(TensorLayouts.Describe(Path, source, target, _sizes), target.Layout, source)
                : FolderTensor.FromExperts(Path, target.Name, stacks[target.Name]));
        }

        return tensors;

        void Add(FolderTensor tensor)
        {
            if (!_byName.TryAdd(tensor.Info.Name, tensor)) throw Twice(tensor.Info.Name, tensor.Info);
            tensors.Add(tensor);
        }
    }

    /// <summary>The name that a tensor has in a folder of the language model alone; null for one of another part.</summary>
    private string? NameOf(TensorInfo source)
    {
        if (!_hasParts) return source.Name;

        var name = TextPart.Rename(source.Name);
        if (name is null) _leftOut.Add(source.Name);
        return name;
    }

    private ModelFormatException Twice(string name, TensorInfo source) => new(
        ModelFormatError.DuplicateTensor, Path, $"two tensors of the folder become '{name}'", tensor: source.Name);
}
