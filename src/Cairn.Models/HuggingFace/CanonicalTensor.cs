namespace Cairn.Models.HuggingFace;

/// <summary>Where a tensor of a Hugging Face folder goes.</summary>
/// <param name="Name">Canonical name, which is GGUF's.</param>
/// <param name="Layout">How its values change on the way.</param>
/// <param name="Expert">Number of the expert whose matrix it is in the stack of that name; null for a whole tensor.</param>
public readonly record struct CanonicalTensor(string Name, TensorLayout Layout, int? Expert = null);
