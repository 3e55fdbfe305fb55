namespace Cairn.Models.HuggingFace;

/// <summary>How the values of a tensor lie in GGUF, seen from the Hugging Face folder.</summary>
public enum TensorLayout
{
    /// <summary>As in the folder.</summary>
    Same,

    /// <summary>
    /// Rows of each head in another order: the folder rotates dimensions i and i + d/2 together, GGUF's llama files 2i
    /// and 2i+1. A bias moves as the rows of its matrix do.
    /// </summary>
    InterleavedHeads,

    /// <summary>Rows and columns change places: the folder holds [inputs, outputs]. A bias stays as it is.</summary>
    Transposed,

    /// <summary>One more than in the folder: the family multiplies by 1 + w, and GGUF holds the gain itself.</summary>
    OnePlus,

    /// <summary>Without the first rows, which belong to no position.</summary>
    SkippedRows,
}
