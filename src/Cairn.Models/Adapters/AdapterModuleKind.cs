namespace Cairn.Models.Adapters;

/// <summary>What kind of matrix an adapter's module changes.</summary>
public enum AdapterModuleKind
{
    /// <summary>A linear map y = W·x: A is [rank, inputs], B is [outputs, rank].</summary>
    Linear,

    /// <summary>A table of embeddings as PEFT stores it: A is [rank, vocabulary], B is [hidden, rank].</summary>
    Embedding,

    /// <summary>A table of embeddings as GGUF stores it: A is [vocabulary, rank], B is [hidden, rank].</summary>
    TransposedEmbedding,
}
