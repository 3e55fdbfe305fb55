using Cairn.Models;
using Cairn.Models.HuggingFace;

namespace Cairn.Hub.Conversion;

/// <summary>How one encoder family's Hugging Face folder becomes a GGUF file. One subclass a family.</summary>
internal abstract class ArchitectureConversion
{
    /// <summary>All encoder families, by <c>model_type</c> of config.json.</summary>
    public static IReadOnlyList<ArchitectureConversion> All { get; } = [new BertConversion()];

    /// <summary>The family's name in config.json and in GGUF.</summary>
    public abstract string Name { get; }

    /// <summary>Checks the folder's tensors and reads its tokenizer; nothing is written yet.</summary>
    /// <exception cref="ModelFormatException">Something is missing or not supported.</exception>
    public abstract IModelPlan Plan(HuggingFaceModel model);
}
