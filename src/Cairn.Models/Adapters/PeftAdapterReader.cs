using Cairn.Models.Safetensors;

namespace Cairn.Models.Adapters;

/// <summary>Reads the modules of a PEFT folder and checks that configuration and weights agree.</summary>
/// <remarks>
/// Tensor names are <c>base_model.model.</c>, the module's path in the Hugging Face model, and what the tensor is. A
/// tensor of another name is refused: something that changes the model must not be passed over.
/// </remarks>
internal sealed class PeftAdapterReader
{
    public const string ConfigFile = "adapter_config.json";
    public const string WeightsFile = "adapter_model.safetensors";
    public const string Prefix = "base_model.model.";

    private readonly SafetensorsFile _weights;
    private readonly PeftConfiguration _config;
    private readonly SortedDictionary<string, Parts> _modules = new(StringComparer.Ordinal);
    private readonly List<AdapterReplacement> _replacements = [];

    private PeftAdapterReader(SafetensorsFile weights, PeftConfiguration config)
    {
        _weights = weights;
        _config = config;
    }

    /// <summary>Opens the weights of a folder; refuses pickled ones.</summary>
    /// <exception cref="ModelFormatException">There are none, or they break their format.</exception>
    public static SafetensorsFile OpenWeights(string folder)
    {
        var path = Path.Combine(folder, WeightsFile);
        if (File.Exists(path)) return SafetensorsFile.Open(path);

        throw File.Exists(Path.Combine(folder, "adapter_model.bin"))
            ? new ModelFormatException(
                ModelFormatError.Unsupported, folder, $"the weights are pickled ('adapter_model.bin'), which can run code and are never read; save them as '{WeightsFile}'")
            : new ModelFormatException(ModelFormatError.MissingFile, folder, $"the folder has no '{WeightsFile}'");
    }

    /// <summary>Reads all modules.</summary>
    /// <exception cref="ModelFormatException">A tensor is unknown, missing or of a wrong shape.</exception>
    public static (IReadOnlyList<AdapterModule> Modules, IReadOnlyList<AdapterReplacement> Replacements) Read(
        SafetensorsFile weights, PeftConfiguration config) => new PeftAdapterReader(weights, config).Read();

    private (IReadOnlyList<AdapterModule> Modules, IReadOnlyList<AdapterReplacement> Replacements) Read()
    {
        foreach (var info in _weights.Tensors) Sort(info.Name);

        var modules = _modules.Select(entry => CreateModule(entry.Key, entry.Value)).ToList();
        RequireReplacements();
        return modules.Count + _replacements.Count > 0 ? (modules, _replacements) : throw new ModelFormatException(
            ModelFormatError.MissingTensor, _weights.Path, "the file holds no LoRA matrix");
    }

    private void Sort(string name)
    {
        _weights.TryGetTensor(name, out var view);
        if (name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            var path = name[Prefix.Length..];
            if (TryTakeEnd(path, out var module, ".lora_A.weight", ".lora_A.default.weight")) Add(module, "A", parts => parts.A, view);
            else if (TryTakeEnd(path, out module, ".lora_B.weight", ".lora_B.default.weight")) Add(module, "B", parts => parts.B, view);
            else if (TryTakeEnd(path, out module, ".lora_embedding_A", ".lora_embedding_A.default")) Add(module, "embedding A", parts => parts.EmbeddingA, view);
            else if (TryTakeEnd(path, out module, ".lora_embedding_B", ".lora_embedding_B.default")) Add(module, "embedding B", parts => parts.EmbeddingB, view);
            else if (TryTakeEnd(path, out module, ".lora_magnitude_vector", ".lora_magnitude_vector.weight", ".lora_magnitude_vector.default.weight"))
                Add(module, "magnitude", parts => parts.Magnitude, view);
            else if (TryTakeEnd(path, out module, ".base_layer.weight")) AddReplacement(module, view, isBaseWeight: true);
            else if (TryTakeEnd(path, out module, ".weight") && !path.Contains(".lora_", StringComparison.Ordinal))
                AddReplacement(module, view, isBaseWeight: !IsReplaced(module));
            else throw Unexpected(name);
            return;
        }

        throw Unexpected(name);
    }

    private void Add(string module, string part, Func<Parts, Slot> slot, TensorView view)
    {
        if (!_modules.TryGetValue(module, out var parts)) _modules.Add(module, parts = new Parts());
        if (slot(parts).Fill(view)) return;

        throw new ModelFormatException(
            ModelFormatError.DuplicateTensor, _weights.Path, $"module '{module}' has two tensors for its {part}", tensor: view.Info.Name);
    }

    private void AddReplacement(string module, TensorView view, bool isBaseWeight)
    {
        AdapterTensors.RequireMatrix(_weights.Path, view);
        _replacements.Add(new AdapterReplacement(module, view, isBaseWeight));
    }

    private AdapterModule CreateModule(string module, Parts parts)
    {
        if (!_config.Targets.Contains(module))
        {
            throw new ModelFormatException(
                ModelFormatError.UnexpectedTensor, _weights.Path,
                $"module '{module}' has LoRA matrices, but '{PeftAdapterReader.ConfigFile}' does not list it (target_modules, layers_to_transform, exclude_modules)",
                tensor: module);
        }

        var isEmbedding = parts.EmbeddingA.IsFilled || parts.EmbeddingB.IsFilled;
        if (isEmbedding && (parts.A.IsFilled || parts.B.IsFilled)) throw Unexpected($"{module}.lora_embedding_A");
        if (isEmbedding && _config.UsesMagnitudes)
        {
            throw new ModelFormatException(
                ModelFormatError.Unsupported, _weights.Path, $"module '{module}' is an embedding with a magnitude vector (DoRA), which is not supported",
                tensor: module);
        }


        var a = Require(module, isEmbedding ? "lora_embedding_A" : "lora_A.weight", isEmbedding ? parts.EmbeddingA : parts.A);
        var b = Require(module, isEmbedding ? "lora_embedding_B" : "lora_B.weight", isEmbedding ? parts.EmbeddingB : parts.B);
        AdapterTensors.RequirePair(_weights.Path, a, b, isTransposed: false);
        var (rank, alpha, scale) = _config.StrengthOf(module);
        if (rank != b.Columns)
        {
            throw new ModelFormatException(
                ModelFormatError.BadShape, _weights.Path, $"module '{module}' has another rank than its configuration",
                $"{rank}", $"{b.Columns}", tensor: a.Info.Name);
        }

        return new AdapterModule(
            module, isEmbedding ? AdapterModuleKind.Embedding : AdapterModuleKind.Linear, a, b, RequireMagnitude(module, parts, b), alpha, scale);
    }

    private TensorView? RequireMagnitude(string module, Parts parts, TensorView b)
    {
        if (!_config.UsesMagnitudes)
        {
            return parts.Magnitude.IsFilled ? throw Unexpected($"{module}.lora_magnitude_vector") : null;
        }

        var magnitude = Require(module, "lora_magnitude_vector", parts.Magnitude);
        AdapterTensors.RequireVector(_weights.Path, magnitude);
        return magnitude.Columns == b.Rows ? magnitude : throw new ModelFormatException(
            ModelFormatError.BadShape, _weights.Path, $"the magnitudes of '{module}' do not fit its outputs",
            $"[{b.Rows}]", magnitude.Info.ShapeText, tensor: magnitude.Info.Name);
    }

    private TensorView Require(string module, string part, Slot slot) => slot.View ?? throw new ModelFormatException(
        ModelFormatError.MissingTensor, _weights.Path, $"module '{module}' has no '{part}'", tensor: $"{Prefix}{module}.{part}");

    private void RequireReplacements()
    {
        foreach (var name in _config.ReplacedModules)
        {
            if (_replacements.Exists(replacement => IsNamed(replacement.Name, name))) continue;

            throw new ModelFormatException(
                ModelFormatError.MissingTensor, _weights.Path, $"'modules_to_save' names '{name}', but the file holds no such module", tensor: name);
        }
    }

    private bool IsReplaced(string module) => _config.ReplacedModules.Any(name => IsNamed(module, name));

    private static bool IsNamed(string module, string name) =>
        module == name || (module.EndsWith(name, StringComparison.Ordinal) && module[^(name.Length + 1)] == '.');

    private static bool TryTakeEnd(string path, out string module, params ReadOnlySpan<string> ends)
    {
        foreach (var end in ends)
        {
            if (!path.EndsWith(end, StringComparison.Ordinal) || path.Length == end.Length) continue;
            module = path[..^end.Length];
            return true;
        }

        module = "";
        return false;
    }

    private ModelFormatException Unexpected(string name) => new(
        ModelFormatError.UnexpectedTensor, _weights.Path,
        $"tensor '{name}' is nothing that this adapter's configuration explains, and what it means is not known here", tensor: name);

    private sealed class Slot
    {
        public TensorView? View { get; private set; }

        public bool IsFilled => View is not null;

        public bool Fill(TensorView view)
        {
            if (IsFilled) return false;
            View = view;
            return true;
        }
    }

    private sealed class Parts
    {
        public Slot A { get; } = new();

        public Slot B { get; } = new();

        public Slot EmbeddingA { get; } = new();

        public Slot EmbeddingB { get; } = new();

        public Slot Magnitude { get; } = new();
    }
}
