using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Tensors;

namespace Cairn.Hub.Conversion;

/// <summary>Turns a Hugging Face folder into a GGUF file, optionally quantised.</summary>
/// <remarks>
/// Keys, tensor names and tensor order are those of llama.cpp's converter, so its tools read the file too. Vectors and
/// small tables (positions, token types, scores of experts) stay F32; a matrix whose rows do not fill blocks becomes F16. The same folder and
/// options give the same bytes.
/// </remarks>
public static class GgufConverter
{
    private const uint QuantizationVersion = 2;

    private static readonly Dictionary<GgmlType, uint> FileTypes = new()
    {
        [GgmlType.F32] = 0,
        [GgmlType.F16] = 1,
        [GgmlType.Q4_0] = 2,
        [GgmlType.Q4_1] = 3,
        [GgmlType.Q8_0] = 7,
        [GgmlType.BF16] = 32,
    };

    /// <summary>Element types that a file can be converted to.</summary>
    public static IReadOnlyCollection<GgmlType> TargetTypes => FileTypes.Keys;

    /// <summary>Converts a folder.</summary>
    /// <param name="folder">A folder with config.json, safetensors and tokenizer files.</param>
    /// <param name="output">The file to write; replaced only when the new one is complete.</param>
    /// <param name="options">Target type and origin; null for the defaults.</param>
    /// <param name="progress">Told after each tensor.</param>
    /// <param name="cancellationToken">Stops between pieces of a tensor; nothing is left behind.</param>
    /// <returns>What was left out.</returns>
    /// <exception cref="ModelFormatException">The folder is broken or of a family that is not converted.</exception>
    /// <exception cref="ArgumentException">The target type is none of <see cref="TargetTypes"/>.</exception>
    public static ConversionReport Convert(
        string folder,
        string output,
        ConversionOptions? options = null,
        IProgress<WriteProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        options ??= new ConversionOptions();
        if (!FileTypes.TryGetValue(options.Type, out var fileType))
        {
            throw new ArgumentException(
                $"Type {options.Type} is no target of a conversion; possible: {string.Join(", ", TargetTypes)}.", nameof(options));
        }

        using var model = HuggingFaceModel.Open(folder);
        var plan = Plan(model);
        var writer = new GgufWriter();
        writer.Add(Architectures.ArchitectureKey, plan.Architecture);
        var tensors = model.Tensors.Where(plan.Keeps).ToList();
        OriginMetadata.Write(writer, model, tensors, options);
        plan.WriteMetadata(writer, fileType);
        writer.Add("general.quantization_version", QuantizationVersion);
        plan.WriteTokenizer(writer);
        foreach (var tensor in tensors)
        {
            var encoder = new TensorEncoder(model, tensor, options.Type, KeepsPrecision(tensor.Name));
            writer.AddTensor(tensor.Name, encoder.Type, tensor.Shape, encoder.Write);
        }

        writer.Write(output, progress, cancellationToken);
        return new ConversionReport(model.LeftOut);
    }

    private static IModelPlan Plan(HuggingFaceModel model) => model.Decoder is { } decoder
        ? new DecoderConversion(model, decoder)
        : new EncoderConversion(model, model.Encoder!);

    /// <summary>Small tables that llama.cpp reads in single precision only, and the scores that choose experts.</summary>
    private static bool KeepsPrecision(string name) =>
        name is "position_embd.weight" or "token_types.weight" || name.EndsWith(".ffn_gate_inp.weight", StringComparison.Ordinal);
}
