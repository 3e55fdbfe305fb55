namespace Cairn.Models.Configuration;

/// <summary>Which two dimensions of a head one rotation turns.</summary>
public enum RopePairing
{
    /// <summary>2i and 2i+1, as in the original paper; GGUF's llama files are permuted to this order.</summary>
    Adjacent,

    /// <summary>i and i + d/2, as in GPT-NeoX and Hugging Face's files.</summary>
    Halves,
}
