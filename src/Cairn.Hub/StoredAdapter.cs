using Cairn.Models.Adapters;

namespace Cairn.Hub;

/// <summary>A LoRA adapter on disk.</summary>
/// <param name="Name">Name to ask for: of the folder, or of the file without its extension.</param>
/// <param name="Path">The PEFT folder or the GGUF file.</param>
/// <param name="Format">How it is stored.</param>
/// <param name="SizeInBytes">Bytes of its weights.</param>
/// <param name="Rank">The largest rank; 0 when it cannot be read.</param>
/// <param name="BaseModel">The base model or its family, as far as the file says; null when it does not.</param>
/// <param name="Problem">Why it cannot be used; null when it can.</param>
public sealed record StoredAdapter(
    string Name, string Path, AdapterFormat Format, long SizeInBytes, int Rank, string? BaseModel, string? Problem);
