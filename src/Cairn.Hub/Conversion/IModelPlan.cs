using Cairn.Models;
using Cairn.Models.Gguf;

namespace Cairn.Hub.Conversion;

/// <summary>The conversion of one folder: its metadata, its tokenizer, and which tensors keep their precision.</summary>
internal interface IModelPlan
{
    /// <summary>Whether a tensor stays F32 whatever type the matrices get.</summary>
    bool KeepsPrecision(TensorInfo tensor);

    /// <summary>Writes the family's own keys, in the order of llama.cpp's converter.</summary>
    /// <param name="writer">Destination.</param>
    /// <param name="fileType">GGUF's number of the matrices' type.</param>
    void WriteMetadata(GgufWriter writer, uint fileType);

    /// <summary>Writes the tokenizer's keys.</summary>
    void WriteTokenizer(GgufWriter writer);
}
