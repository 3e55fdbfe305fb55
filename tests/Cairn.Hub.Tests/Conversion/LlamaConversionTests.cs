using Cairn.Hub.Conversion;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Hub.Tests.Conversion;

public sealed class LlamaConversionTests
{
    [Theory]
    [InlineData("llama2")]
    [InlineData("llama-linear")]
    [InlineData("llama3")]
    public void F16_file_equals_the_one_of_llama_cpps_converter(string model)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("llama.gguf");
        using var golden = GgufFile.Open(SharedFiles.Golden($"architectures/{model}/gguf/{model}-f16.gguf"));

        GgufConverter.Convert(
            SharedFiles.Golden($"architectures/{model}/hf"), path, new ConversionOptions { Name = "tiny " + model },
            cancellationToken: TestContext.Current.CancellationToken);

        using var file = GgufFile.Open(path);
        GgufComparison.AssertContains(file, golden);
        Assert.Equal(ModelValidator.ValidateDecoder(golden), ModelValidator.ValidateDecoder(file));
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
    public void Rope_scaling_that_gguf_or_the_runtime_lacks_is_refused()
    {
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<ModelFormatException>(() => GgufConverter.Convert(
            SharedFiles.Golden("architectures/llama-yarn/hf"), folder.File("x.gguf"), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(ModelFormatError.Unsupported, error.Kind);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

}
