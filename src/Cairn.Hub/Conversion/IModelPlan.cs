using Cairn.Models;
using Cairn.Models.Gguf;

namespace Cairn.Hub.Conversion;

/// <summary>The conversion of one folder: its metadata, and a place for each tensor.</summary>
internal interface IModelPlan
{
    /// <summary>What becomes of a tensor, or null when the runtime has no use for it.</summary>
    /// <exception cref="ModelFormatException">The family knows no such tensor.</exception>
    ConvertedTensor? Map(TensorInfo tensor);

    /// <summary>Writes the family's own keys, in the order of llama.cpp's converter.</summary>
    /// <param name="writer">Destination.</param>
    /// <param name="fileType">GGUF's number of the matrices' type.</param>
    void WriteMetadata(GgufWriter writer, uint fileType);

    /// <summary>Writes the tokenizer's keys.</summary>
    void WriteTokenizer(GgufWriter writer);
}
