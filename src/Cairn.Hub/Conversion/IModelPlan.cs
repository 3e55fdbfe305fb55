using Cairn.Models;
using Cairn.Models.Gguf;

namespace Cairn.Hub.Conversion;

/// <summary>The conversion of one folder: its metadata and its tokenizer.</summary>
internal interface IModelPlan
{
    /// <summary>The family's name in GGUF.</summary>
    string Architecture { get; }

    /// <summary>Whether a tensor is written; one that the engine does not read is not.</summary>
    bool Keeps(TensorInfo tensor) => true;

    /// <summary>Writes the family's own keys and the file type.</summary>
    /// <param name="writer">Destination.</param>
    /// <param name="fileType">GGUF's number of the matrices' type.</param>
    void WriteMetadata(GgufWriter writer, uint fileType);

    /// <summary>Writes the tokenizer's keys.</summary>
    void WriteTokenizer(GgufWriter writer);
}
