using Cairn.Hub.Quantization;
using Cairn.Models;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Hub.Tests.Quantization;

public sealed class ImportanceMatrixFileTests
{
    [Fact]
    public void Written_matrix_reads_back_as_means()
    {
        using var folder = new TemporaryFolder();
        var sums = new Dictionary<string, ImportanceSums>
        {
            ["blk.0.attn_q.weight"] = new([8, 2, 0], [4]),
            ["blk.0.ffn_up_exps.weight"] = new([3, 6, 1, 1], [3, 0]),
        };

        ImportanceMatrixFile.Write(folder.File("m.gguf"), sums, "some text", chunkCount: 7, chunkSize: 512);
        var matrix = ImportanceMatrixFile.Read(folder.File("m.gguf"));

        Assert.Equal(7, matrix.ChunkCount);
        Assert.Equal("some text", matrix.Dataset);
        Assert.Equal([2, 0.5f, 0], matrix.For(Tensor("blk.0.attn_q.weight", 5, 3)).ToArray());
        Assert.Equal([1, 2, 1, 1], matrix.For(Tensor("blk.0.ffn_up_exps.weight", 2, 9, 2)).ToArray()); // no token: all alike
        Assert.True(matrix.For(Tensor("output.weight", 5, 3)).IsEmpty);
    }

    [Fact]
    public void Older_form_is_read()
    {
        using var folder = new TemporaryFolder();
        WriteLegacy(folder.File("m.dat"), ("blk.0.attn_q.weight", 4, [8, 2]), ("blk.1.attn_q.weight", 2, [2, 4]));

        var matrix = ImportanceMatrixFile.Read(folder.File("m.dat"));

        Assert.Equal([2, 0.5f], matrix.For(Tensor("blk.0.attn_q.weight", 5, 2)).ToArray());
        Assert.Equal([1, 2], matrix.For(Tensor("blk.1.attn_q.weight", 5, 2)).ToArray());
        Assert.Equal("wiki", matrix.Dataset);
        Assert.Equal(3, matrix.ChunkCount);
    }

    [Fact]
    public void Importance_of_another_matrix_is_refused()
    {
        using var folder = new TemporaryFolder();
        WriteLegacy(folder.File("m.dat"), ("blk.0.attn_q.weight", 4, [8, 2]));

        var error = Assert.Throws<ModelFormatException>(
            () => ImportanceMatrixFile.Read(folder.File("m.dat")).For(Tensor("blk.0.attn_q.weight", 5, 3)).ToArray());

        Assert.Equal(ModelFormatError.BadShape, error.Kind);
        Assert.Equal("blk.0.attn_q.weight", error.Tensor);
    }

    [Fact]
    public void Every_truncation_of_the_older_form_is_refused_or_read()
    {
        using var folder = new TemporaryFolder();
        WriteLegacy(folder.File("m.dat"), ("blk.0.attn_q.weight", 4, [8, 2]), ("blk.1.attn_q.weight", 2, [2, 4]));
        var bytes = File.ReadAllBytes(folder.File("m.dat"));

        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(folder.File("cut"), bytes[..length]);
            if (length == bytes.Length - 12 || length == bytes.Length - 8) continue; // whole, without chunk count or text name

            Assert.Throws<ModelFormatException>(() => ImportanceMatrixFile.Read(folder.File("cut")));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(-1f)]
    [InlineData(float.PositiveInfinity)]
    public void Weight_that_is_none_is_refused(float weight)
    {
        using var folder = new TemporaryFolder();
        WriteLegacy(folder.File("m.dat"), ("blk.0.attn_q.weight", 1, [1, weight]));

        Assert.Equal(ModelFormatError.NotFinite, Assert.Throws<ModelFormatException>(() => ImportanceMatrixFile.Read(folder.File("m.dat"))).Kind);
    }

    private static TensorInfo Tensor(string name, params long[] shape) => new(name, GgmlType.F32, shape, 0, 0);

    private static void WriteLegacy(string path, params (string Name, int Calls, float[] Values)[] entries)
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write(entries.Length);
        foreach (var (name, calls, values) in entries)
        {
            writer.Write(name.Length);
            writer.Write(name.ToCharArray());
            writer.Write(calls);
            writer.Write(values.Length);
            foreach (var value in values) writer.Write(value);
        }

        writer.Write(3);
        writer.Write(4);
        writer.Write("wiki".ToCharArray());
    }
}
