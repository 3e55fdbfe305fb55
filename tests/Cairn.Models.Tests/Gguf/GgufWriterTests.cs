using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Gguf;

public sealed class GgufWriterTests
{
    [Fact]
    public void Written_model_reads_back()
    {
        using var folder = new TemporaryFolder();
        TinyModel.WriteLlama(folder.File("tiny.gguf"));

        using var file = GgufFile.Open(folder.File("tiny.gguf"));

        var configuration = ModelValidator.ValidateDecoder(file);
        Assert.Equal((32, 1, 16), (configuration.HiddenSize, configuration.LayerCount, configuration.HeadDim));
        Assert.Equal("tiny", file.Metadata.GetString("general.name"));
        Assert.Equal("t11", file.Metadata.GetStrings("tokenizer.ggml.tokens")[^1]);
        Assert.Equal(0.5f, file.Metadata.GetSingles("tokenizer.ggml.scores")[0]);
        Assert.False(file.Metadata.GetBoolean("tokenizer.ggml.add_bos_token"));
        Assert.All(file.Tensors, tensor => Assert.Equal(0, tensor.Offset % 32));
    }

    [Theory]
    [InlineData("architectures/bert/gguf/bert-f16.gguf")]
    [InlineData("architectures/llama2/gguf/llama2-f16.gguf")]
    [InlineData("architectures/malformed/ok.gguf")]
    public void Copy_of_a_file_of_another_writer_has_its_bytes(string golden)
    {
        using var folder = new TemporaryFolder();
        var path = SharedFiles.Golden(golden);
        using var file = GgufFile.Open(path);
        var writer = new GgufWriter();
        foreach (var key in file.Metadata.Keys) writer.Copy(file.Metadata, key);
        foreach (var tensor in file.Tensors)
        {
            writer.AddTensor(tensor.Name, tensor.Type, tensor.Shape, stream =>
            {
                file.TryGetTensor(tensor.Name, out var view);
                stream.Write(view.Bytes);
            });
        }

        writer.Write(folder.File("copy.gguf"), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(folder.File("copy.gguf")));
    }

    [Fact]
    public void Other_alignment_is_stated_and_kept()
    {
        using var folder = new TemporaryFolder();
        var writer = new GgufWriter(alignment: 256);
        writer.AddTensor("a", GgmlType.F32, [1], stream => stream.Write(new byte[4]));
        writer.AddTensor("b", GgmlType.F32, [1], stream => stream.Write(new byte[4]));
        writer.Write(folder.File("aligned.gguf"), cancellationToken: TestContext.Current.CancellationToken);

        using var file = GgufFile.Open(folder.File("aligned.gguf"));

        Assert.Equal(256, file.Alignment);
        Assert.All(file.Tensors, tensor => Assert.Equal(0, tensor.Offset % 256));
    }

    [Fact]
    public void Failed_write_leaves_the_old_file_and_no_other()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.gguf");
        File.WriteAllText(path, "old");
        var writer = new GgufWriter();
        writer.AddTensor("short", GgmlType.F32, [4], stream => stream.Write(new byte[12]));

        var error = Assert.Throws<InvalidOperationException>(
            () => writer.Write(path, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("12 bytes", error.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Cancelled_write_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        var writer = new GgufWriter();
        writer.AddTensor("a", GgmlType.F32, [1], stream => stream.Write(new byte[4]));

        Assert.Throws<OperationCanceledException>(
            () => writer.Write(folder.File("model.gguf"), cancellationToken: new CancellationToken(canceled: true)));

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Impossible_tensors_are_refused_when_added()
    {
        var writer = new GgufWriter();
        writer.AddTensor("a", GgmlType.F32, [2], _ => { });

        Assert.Throws<ArgumentException>(() => writer.AddTensor("a", GgmlType.F32, [2], _ => { }));
        Assert.Throws<ArgumentException>(() => writer.AddTensor("b", GgmlType.Q8_0, [4, 33], _ => { }));
        Assert.Throws<ArgumentException>(() => writer.AddTensor("c", GgmlType.F32, [1, 1, 1, 1, 1], _ => { }));
        Assert.Throws<ArgumentException>(() => writer.AddTensor("d", (GgmlType)99, [1], _ => { }));
    }
}
