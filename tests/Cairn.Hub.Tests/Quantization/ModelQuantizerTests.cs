using System.Runtime.InteropServices;
using Cairn.Hub.Quantization;
using Cairn.Models;
using Cairn.Models.Gguf;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Hub.Tests.Quantization;

public sealed class ModelQuantizerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Source => SharedFiles.Golden("architectures/qwen3/gguf/qwen3-f16.gguf");

    [Fact]
    public void Quantised_file_keeps_metadata_and_order_and_says_what_it_is()
    {
        using var folder = new TemporaryFolder();

        var report = ModelQuantizer.Quantize(Source, folder.File("out.gguf"), Options("Q8_0"), cancellationToken: Token);

        using var before = GgufFile.Open(Source);
        using var after = GgufFile.Open(report.Path);
        Assert.Equal(before.Tensors.Select(tensor => tensor.Name), after.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(before.Metadata.Keys, after.Metadata.Keys);
        Assert.Equal(7u, after.Metadata.GetUInt32("general.file_type"));
        Assert.Equal(report.Tensors.Select(tensor => tensor.To), after.Tensors.Select(tensor => tensor.Type));
        Assert.Contains(GgmlType.Q8_0, report.Tensors.Select(tensor => tensor.To));
        Assert.Equal(after.SizeInBytes, report.SizeInBytes);
        Assert.InRange(report.Conversion.RelativeError, 0.001, 0.01);
        Assert.InRange(report.BitsPerWeight, 8.5, 9.5);
    }

    [Fact]
    public void Values_of_the_golden_are_met()
    {
        using var folder = new TemporaryFolder();

        ModelQuantizer.Quantize(Source, folder.File("q8.gguf"), Options("Q8_0"), cancellationToken: Token);

        using var ours = GgufFile.Open(folder.File("q8.gguf"));
        using var golden = GgufFile.Open(SharedFiles.Golden("architectures/qwen3/gguf/qwen3-q8_0.gguf"));
        foreach (var tensor in golden.Tensors)
        {
            Assert.True(ours.TryGetTensor(tensor.Name, out var mine));
            golden.TryGetTensor(tensor.Name, out var theirs);
            Assert.Equal(tensor.Type, mine.Info.Type);
            Assert.True(theirs.Bytes.SequenceEqual(mine.Bytes), tensor.Name);
        }
    }

    [Theory]
    [InlineData("Q8_0")]
    [InlineData("Q4_1")]
    [InlineData("BF16")]
    public void Weight_that_the_type_cannot_hold_is_refused_by_its_tensor(string preset)
    {
        const string Tensor = "blk.0.ffn_up.weight";
        using var folder = new TemporaryFolder();
        using (var file = GgufFile.Open(Source))
        {
            var writer = new GgufWriter();
            foreach (var key in file.Metadata.Keys) writer.Copy(file.Metadata, key);
            foreach (var info in file.Tensors)
            {
                if (info.Name == Tensor) writer.AddTensor(Tensor, GgmlType.F32, info.Shape, stream => WriteHuge(stream, info));
                else writer.AddTensor(info.Name, info.Type, info.Shape, stream => stream.Write(file.TryGetTensor(info.Name, out var view) ? view.Bytes : []));
            }

            writer.Write(folder.File("huge.gguf"), cancellationToken: Token);
        }

        var error = Assert.Throws<ModelFormatException>(() =>
            ModelQuantizer.Quantize(folder.File("huge.gguf"), folder.File("out.gguf"), Options(preset), cancellationToken: Token));

        Assert.Equal((ModelFormatError.NotFinite, Tensor), (error.Kind, error.Tensor));
        Assert.Contains("in row 1", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("out.gguf")));
    }

    private static void WriteHuge(Stream stream, TensorInfo info)
    {
        var values = new float[info.ElementCount];
        values[info.Shape[^1] + 5] = -3.4e38f; // finite, but above the largest of every type but F32
        stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    [Fact]
    public void Bytes_do_not_depend_on_the_number_of_threads()
    {
        using var folder = new TemporaryFolder();

        ModelQuantizer.Quantize(Source, folder.File("one"), Options("Q4_0", threads: 1), cancellationToken: Token);
        ModelQuantizer.Quantize(Source, folder.File("three"), Options("Q4_0", threads: 3), cancellationToken: Token);

        Assert.Equal(File.ReadAllBytes(folder.File("one")), File.ReadAllBytes(folder.File("three")));
    }

    [Fact]
    public void Rounding_twice_is_refused_unless_asked_for()
    {
        using var folder = new TemporaryFolder();
        var rounded = folder.File("q8.gguf");
        ModelQuantizer.Quantize(Source, rounded, Options("Q8_0"), cancellationToken: Token);

        var error = Assert.Throws<ModelFormatException>(
            () => ModelQuantizer.Quantize(rounded, folder.File("q4.gguf"), Options("Q4_0"), cancellationToken: Token));
        var exact = ModelQuantizer.Quantize(rounded, folder.File("f32.gguf"), Options("F32"), cancellationToken: Token);
        var twice = ModelQuantizer.Quantize(
            rounded, folder.File("q4.gguf"), new QuantizationOptions { Preset = QuantizationPreset.Get("Q4_0"), AllowsRequantizing = true }, cancellationToken: Token);

        Assert.Equal(ModelFormatError.Unsupported, error.Kind);
        Assert.Equal("Q8_0", error.Got);
        Assert.False(File.Exists(folder.File("q4.gguf.tmp")));
        Assert.Equal(0, exact.Conversion.SquaredError);
        Assert.True(twice.RequantizedCount > 0);
    }

    [Fact]
    public void Cancelled_run_leaves_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(
            () => ModelQuantizer.Quantize(Source, folder.File("out.gguf"), Options("Q8_0"), cancellationToken: cancelled.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Source_is_not_overwritten()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Source, folder.File("model.gguf"));

        Assert.Throws<ArgumentException>(
            () => ModelQuantizer.Quantize(folder.File("model.gguf"), folder.File("model.gguf"), Options("Q8_0"), cancellationToken: Token));
    }

    [Fact]
    public void Folder_is_converted_on_the_way()
    {
        using var folder = new TemporaryFolder();

        var report = ModelQuantizer.Quantize(
            SharedFiles.Golden("architectures/llama3/hf"), folder.File("out.gguf"), Options("Q8_0"), cancellationToken: Token);

        using var file = GgufFile.Open(report.Path);
        Assert.Equal("llama", file.Metadata.GetString("general.architecture"));
        Assert.Equal([report.Path], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private static QuantizationOptions Options(string preset, int threads = 2) =>
        new() { Preset = QuantizationPreset.Get(preset), Threads = threads };
}
