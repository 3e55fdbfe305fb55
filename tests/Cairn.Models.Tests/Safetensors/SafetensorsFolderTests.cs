using Cairn.Models.Safetensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Safetensors;

public sealed class SafetensorsFolderTests
{
    [Theory]
    [InlineData("bert", 39)]
    [InlineData("llama2", 21)]
    [InlineData("qwen3", 24)]
    public void Folder_gives_the_tensors_of_all_its_shards(string model, int least)
    {
        using var folder = SafetensorsFolder.Open(SharedFiles.Golden($"architectures/{model}/hf"));

        Assert.True(folder.Tensors.Count >= least, $"{folder.Tensors.Count} tensors");
        foreach (var tensor in folder.Tensors)
        {
            Assert.True(folder.TryGetTensor(tensor.Name, out var view), tensor.Name);
            Assert.All(view.ToFloats(), value => Assert.True(float.IsFinite(value)));
            folder.Release(view);
        }
    }

    [Theory]
    [InlineData("index-outside", ModelFormatError.PathEscape)]
    [InlineData("index-absolute", ModelFormatError.PathEscape)]
    [InlineData("index-backslash", ModelFormatError.PathEscape)]
    [InlineData("index-shard-missing", ModelFormatError.MissingFile)]
    [InlineData("index-tensor-missing", ModelFormatError.MissingTensor)]
    [InlineData("pickle", ModelFormatError.Unsupported)]
    public void Broken_folder_is_refused_with_its_kind(string name, ModelFormatError kind)
    {
        var path = SharedFiles.Golden($"architectures/malformed/folders/{name}");

        var error = Assert.Throws<ModelFormatException>(() => SafetensorsFolder.Open(path));

        Assert.Equal(kind, error.Kind);
    }
}
