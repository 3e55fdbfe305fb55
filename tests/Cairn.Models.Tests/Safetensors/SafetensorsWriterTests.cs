using Cairn.Models.Safetensors;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Safetensors;

public sealed class SafetensorsWriterTests
{
    [Fact]
    public void Written_file_reads_back()
    {
        using var folder = new TemporaryFolder();
        TinyModel.WriteSafetensors(folder.File("tiny.safetensors"));

        using var file = SafetensorsFile.Open(folder.File("tiny.safetensors"));

        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(6, file.Tensors.Count);
        Assert.True(file.TryGetTensor("a.weight", out var view));
        Assert.Equal((3, 5, 15), (view.Rows, view.Columns, view.ToFloats().Length));
        Assert.True(file.TryGetTensor("scalar", out var scalar));
        Assert.Equal((1, 1), (scalar.Rows, scalar.Columns));
        Assert.True(file.TryGetTensor("empty", out var empty));
        Assert.Empty(empty.ToFloats());
    }

    [Theory]
    [InlineData("architectures/bert/hf/model.safetensors")]
    [InlineData("architectures/llama2/hf/model-00001-of-00002.safetensors")]
    [InlineData("quantization/quantize.safetensors")]
    public void Copy_of_a_file_of_the_reference_implementation_reads_the_same(string golden)
    {
        using var folder = new TemporaryFolder();
        using var original = SafetensorsFile.Open(SharedFiles.Golden(golden));
        var writer = new SafetensorsWriter();
        foreach (var tensor in original.Tensors)
        {
            writer.AddTensor(tensor.Name, tensor.Type, tensor.Shape, stream =>
            {
                original.TryGetTensor(tensor.Name, out var view);
                stream.Write(view.Bytes);
            });
        }

        writer.Write(folder.File("copy.safetensors"), cancellationToken: TestContext.Current.CancellationToken);

        using var copy = SafetensorsFile.Open(folder.File("copy.safetensors"));
        Assert.Equal(original.Tensors.Count, copy.Tensors.Count);
        foreach (var tensor in original.Tensors)
        {
            original.TryGetTensor(tensor.Name, out var expected);
            Assert.True(copy.TryGetTensor(tensor.Name, out var got), tensor.Name);
            Assert.Equal(tensor.Shape, got.Info.Shape);
            Assert.True(expected.Bytes.SequenceEqual(got.Bytes), tensor.Name);
        }
    }

    [Fact]
    public void Block_formats_are_refused()
    {
        var error = Assert.Throws<NotSupportedException>(
            () => new SafetensorsWriter().AddTensor("a", GgmlType.Q8_0, [32], _ => { }));

        Assert.Contains("F16", error.Message, StringComparison.Ordinal);
    }
}
