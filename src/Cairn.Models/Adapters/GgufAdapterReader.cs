using Cairn.Models.Gguf;

namespace Cairn.Models.Adapters;

/// <summary>Reads the modules of a GGUF adapter, as llama.cpp's converter writes them.</summary>
/// <remarks>
/// A tensor's name is the base tensor's, <c>.weight</c> included, and <c>.lora_a</c> or <c>.lora_b</c>; row-major these
/// are A and B. Of <c>token_embd.weight</c> A is transposed. s = α / rank, and 1 when α is 0.
/// </remarks>
internal static class GgufAdapterReader
{
    public const string TypeKey = "general.type";
    public const string AdapterTypeKey = "adapter.type";
    public const string AlphaKey = "adapter.lora.alpha";
    public const string TypeValue = "adapter";
    public const string LoraValue = "lora";
    public const string EndOfA = ".lora_a";
    public const string EndOfB = ".lora_b";
    public const string TokenEmbedding = "token_embd.weight";

    private const string InvocationKey = "adapter.alora.invocation_tokens";

    /// <summary>Whether a GGUF file says that it is an adapter.</summary>
    public static bool IsAdapter(GgufFile file) =>
        file.Metadata.TryGetString(TypeKey, out var type) && type == TypeValue;

    /// <summary>α, the same for all modules.</summary>
    /// <exception cref="ModelFormatException">The file is no LoRA adapter, or its α is no number.</exception>
    public static float ReadAlpha(GgufFile file)
    {
        if (!IsAdapter(file))
        {
            throw new ModelFormatException(
                ModelFormatError.BadValue, file.Path, $"the file is no adapter ('{TypeKey}')", TypeValue,
                file.Metadata.TryGetString(TypeKey, out var type) ? $"'{type}'" : "nothing");
        }

        var kind = file.Metadata.GetString(AdapterTypeKey);
        if (kind != LoraValue)
        {
            throw new ModelFormatException(
                ModelFormatError.Unsupported, file.Path, $"adapters of this kind ('{AdapterTypeKey}') are not supported", LoraValue, $"'{kind}'");
        }

        if (file.Metadata.Contains(InvocationKey))
        {
            throw new ModelFormatException(
                ModelFormatError.Unsupported, file.Path, $"the adapter is active only after certain tokens (aLoRA, '{InvocationKey}'), which is not supported");
        }

        var alpha = file.Metadata.GetSingle(AlphaKey);
        return float.IsFinite(alpha) ? alpha : throw new ModelFormatException(
            ModelFormatError.BadValue, file.Path, $"'{AlphaKey}' is no finite number", "a finite number", $"{alpha}");
    }

    /// <summary>Reads all modules.</summary>
    /// <exception cref="ModelFormatException">A tensor is unknown, missing or of a wrong shape.</exception>
    public static IReadOnlyList<AdapterModule> Read(GgufFile file, float alpha)
    {
        var modules = new List<AdapterModule>();
        foreach (var info in file.Tensors)
        {
            if (info.Name.EndsWith(EndOfA, StringComparison.Ordinal))
            {
                modules.Add(CreateModule(file, info.Name[..^EndOfA.Length], alpha));
            }
            else if (!info.Name.EndsWith(EndOfB, StringComparison.Ordinal))
            {
                throw new ModelFormatException(
                    ModelFormatError.UnexpectedTensor, file.Path,
                    $"tensor '{info.Name}' is no LoRA matrix, and an adapter's other tensors are not applied",
                    $"a name that ends in '{EndOfA}' or '{EndOfB}'", tensor: info.Name);
            }
            else if (!file.TryGetTensor(info.Name[..^EndOfB.Length] + EndOfA, out _))
            {
                throw Missing(file, info.Name[..^EndOfB.Length] + EndOfA);
            }
        }

        return modules.Count > 0 ? modules : throw new ModelFormatException(
            ModelFormatError.MissingTensor, file.Path, "the file holds no LoRA matrix");
    }

    private static AdapterModule CreateModule(GgufFile file, string name, float alpha)
    {
        file.TryGetTensor(name + EndOfA, out var a);
        if (!file.TryGetTensor(name + EndOfB, out var b)) throw Missing(file, name + EndOfB);

        var kind = name == TokenEmbedding ? AdapterModuleKind.TransposedEmbedding : AdapterModuleKind.Linear;
        AdapterTensors.RequirePair(file.Path, a, b, kind == AdapterModuleKind.TransposedEmbedding);
        return new AdapterModule(name, kind, a, b, magnitude: null, alpha, alpha == 0 ? 1 : (double)alpha / b.Columns);
    }

    private static ModelFormatException Missing(GgufFile file, string name) => new(
        ModelFormatError.MissingTensor, file.Path, $"tensor '{name}' is missing beside its partner", tensor: name);
}
