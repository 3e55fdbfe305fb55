using System.Runtime.InteropServices;
using Cairn.Hub.Conversion;
using Cairn.Hub.Inspection;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.Safetensors;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Hub.Tests.Conversion;

public sealed class DecoderConversionTests
{
    [Theory]
    [InlineData("llama2")]
    [InlineData("llama-linear")]
    [InlineData("llama3")]
    [InlineData("llama-yarn")]
    [InlineData("mistral")]
    [InlineData("mixtral")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("qwen3-moe")]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
    [InlineData("phi3")]
    [InlineData("phi3-longrope")]
    [InlineData("granite", "f32")]
    [InlineData("olmo2")]
    [InlineData("gpt2")]
    public void File_equals_the_one_of_llama_cpps_converter(string model, string type = "f16")
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.gguf");
        using var golden = GgufFile.Open(SharedFiles.Golden($"architectures/{model}/gguf/{model}-{type}.gguf"));

        GgufConverter.Convert(
            SharedFiles.Golden($"architectures/{model}/hf"), path,
            new ConversionOptions { Name = golden.Metadata.GetString("general.name"), Type = Enum.Parse<GgmlType>(type.ToUpperInvariant()) },
            cancellationToken: TestContext.Current.CancellationToken);

        using var file = GgufFile.Open(path);
        GgufComparison.AssertContains(file, golden, ExceptionsOf(model));
        Assert.Equal(DecoderConfiguration.FromFolder(SharedFiles.Golden($"architectures/{model}/hf")), ModelValidator.ValidateDecoder(file));
    }

    [Fact]
    public void Rows_that_fill_no_blocks_become_F16()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("llama.gguf");

        GgufConverter.Convert(
            SharedFiles.Golden("architectures/llama2/hf"), path, new ConversionOptions { Type = GgmlType.Q8_0 },
            cancellationToken: TestContext.Current.CancellationToken);

        using var file = GgufFile.Open(path); // rows of 48 and 80 values: no multiples of 32
        ModelValidator.ValidateDecoder(file);
        Assert.Equal([GgmlType.F32, GgmlType.F16], file.Tensors.Select(tensor => tensor.Type).Distinct().Order());
    }

    [Fact]
    public void Language_model_of_a_larger_model_is_converted_and_the_rest_is_named()
    {
        using var folder = new TemporaryFolder();
        var whole = Directory.CreateDirectory(folder.File("whole")).FullName;
        var options = new ConversionOptions { Name = "gemma" };
        LargerModelFolder.Wrap(
            SharedFiles.Golden("architectures/gemma3/hf"), whole, "gemma3", "language_model.model.", "vision_tower.patch.weight");

        var none = GgufConverter.Convert(
            SharedFiles.Golden("architectures/gemma3/hf"), folder.File("alone.gguf"), options, cancellationToken: TestContext.Current.CancellationToken);
        var report = GgufConverter.Convert(whole, folder.File("inside.gguf"), options, cancellationToken: TestContext.Current.CancellationToken);
        var inspection = ModelInspector.Inspect(new ModelStore([]).Resolve(whole));

        Assert.Equal(File.ReadAllBytes(folder.File("alone.gguf")), File.ReadAllBytes(folder.File("inside.gguf")));
        Assert.Null(none.LeftOutText);
        Assert.Equal("1 tensor of vision_tower; the model reads text only", report.LeftOutText);
        Assert.Null(inspection.Problem);
        Assert.Equal(report.LeftOutText, inspection.Features.Single(feature => feature.Name == "left_out").Value);
    }

    [Theory]
    [InlineData(GgmlType.Q8_0)]
    [InlineData(GgmlType.BF16)]
    [InlineData(GgmlType.F16)]
    public void Weight_that_the_type_cannot_hold_is_refused_by_its_tensor(GgmlType type)
    {
        using var folder = new TemporaryFolder();
        var golden = SharedFiles.Golden("architectures/qwen3/hf");
        var copy = Directory.CreateDirectory(folder.File("hf")).FullName;
        foreach (var file in Directory.EnumerateFiles(golden, "*.json").Where(file => !file.EndsWith(".index.json", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        using (var weights = SafetensorsFolder.Open(golden))
        {
            var writer = new SafetensorsWriter();
            foreach (var info in weights.Tensors)
                writer.AddTensor(info.Name, GgmlType.F32, info.Shape, stream => stream.Write(Zeros(info, info.Name.Contains("1.mlp.up_proj", StringComparison.Ordinal))));
            writer.Write(Path.Combine(copy, "model.safetensors"), cancellationToken: TestContext.Current.CancellationToken);
        }

        var error = Assert.Throws<ModelFormatException>(() => GgufConverter.Convert(
            copy, folder.File("out.gguf"), new ConversionOptions { Type = type }, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal((ModelFormatError.NotFinite, "blk.1.ffn_up.weight"), (error.Kind, error.Tensor));
    }

    private static ReadOnlySpan<byte> Zeros(TensorInfo info, bool hasHuge)
    {
        var values = new float[info.ElementCount];
        if (hasHuge) values[^1] = 3.4e38f; // finite, but above the largest of every type but F32
        return MemoryMarshal.AsBytes(values.AsSpan());
    }

    /// <summary>Keys in which the golden file says more than its folder.</summary>
    private static string[] ExceptionsOf(string model) => model switch
    {
        "phi3" => ["phi3.rope.scaling.original_context_length"], // the context length again: nothing is scaled
        "qwen2" => ["tokenizer.ggml.tokens", "tokenizer.ggml.token_type"], // the converter's own token in an unused row
        _ => [],
    };
}
