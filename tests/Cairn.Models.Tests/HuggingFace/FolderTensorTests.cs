using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Safetensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.HuggingFace;

/// <summary>A folder's tensors, seen under their canonical names, are those of the golden GGUF file, value by value.</summary>
public sealed class FolderTensorTests
{
    [Theory]
    [InlineData("llama2")]
    [InlineData("llama3")] // divisors computed from config.json
    [InlineData("llama-linear")]
    [InlineData("llama-yarn")]
    [InlineData("mistral")]
    [InlineData("mixtral")] // experts stacked, rows of queries and keys in another order
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("qwen3-moe")]
    [InlineData("gemma2")] // gains one more than the weights
    [InlineData("gemma3")]
    [InlineData("phi3")]
    [InlineData("phi3-longrope")] // factors from config.json
    [InlineData("granite", "f32")]
    [InlineData("olmo2")]
    [InlineData("gpt2")] // matrices transposed
    [InlineData("bert")]
    public void Folder_presents_the_tensors_of_the_file(string name, string type = "f16")
    {
        using var file = GgufFile.Open(SharedFiles.Golden($"architectures/{name}/gguf/{name}-{type}.gguf"));
        using var model = HuggingFaceModel.Open(SharedFiles.Golden($"architectures/{name}/hf"));

        Assert.Equal(
            file.Tensors.Select(tensor => $"{tensor.Name} {tensor.ShapeText}"),
            model.Tensors.Where(tensor => !tensor.Name.StartsWith("cls.", StringComparison.Ordinal)) // bert's pooler, which the file lacks
                .Select(tensor => $"{tensor.Name} {tensor.ShapeText}"));
        if (model.Decoder is { } decoder) ModelValidator.ValidateDecoder(model, decoder);
        foreach (var tensor in file.Tensors)
        {
            Assert.True(file.TryGetTensor(tensor.Name, out var expected));
            Assert.True(model.TryGetTensor(tensor.Name, out var got));
            if (tensor.Name.StartsWith("rope_", StringComparison.Ordinal)) AssertClose(expected.ToFloats(), got.ToFloats());
            else Assert.Equal(expected.ToFloats(), got.ToFloats());
            model.Release(got);
        }
    }

    [Fact]
    public void Missing_tensor_is_named_as_the_folder_names_it()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(SharedFiles.Golden("architectures/mixtral/hf"), "*.safetensors"))
            File.Copy(file, folder.File(Path.GetFileName(file)));
        var config = File.ReadAllText(SharedFiles.Golden("architectures/mixtral/hf/config.json"));
        File.WriteAllText(folder.File("config.json"), config.Replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", StringComparison.Ordinal));
        using var model = HuggingFaceModel.Open(folder.Path);

        var error = Assert.Throws<ModelFormatException>(() => ModelValidator.ValidateDecoder(model, model.Decoder!));

        Assert.Equal(ModelFormatError.MissingTensor, error.Kind);
        Assert.Contains("model.layers.2.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expert_that_is_missing_is_refused()
    {
        using var folder = new TemporaryFolder();
        var writer = new SafetensorsWriter();
        using (var whole = SafetensorsFolder.Open(SharedFiles.Golden("architectures/mixtral/hf")))
        {
            foreach (var tensor in whole.Tensors.Where(tensor => !tensor.Name.Contains("experts.1.w2", StringComparison.Ordinal)))
            {
                Assert.True(whole.TryGetTensor(tensor.Name, out var view));
                var bytes = view.Bytes.ToArray();
                writer.AddTensor(tensor.Name, tensor.Type, tensor.Shape, stream => stream.Write(bytes));
            }
        }

        writer.Write(folder.File("model.safetensors"), cancellationToken: TestContext.Current.CancellationToken);
        File.Copy(SharedFiles.Golden("architectures/mixtral/hf/config.json"), folder.File("config.json"));

        var error = Assert.Throws<ModelFormatException>(() => HuggingFaceModel.Open(folder.Path));

        Assert.Equal(ModelFormatError.MissingTensor, error.Kind);
        Assert.Contains("blk.0.ffn_down_exps.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Released_tensor_is_made_again()
    {
        using var model = HuggingFaceModel.Open(SharedFiles.Golden("architectures/llama2/hf"));
        Assert.True(model.TryGetTensor("blk.0.attn_q.weight", out var view));
        var first = view.ToFloats();
        model.Release(view);

        Assert.True(model.TryGetTensor("blk.0.attn_q.weight", out view));

        Assert.Equal(first, view.ToFloats());
    }

    /// <summary>Computed factors: the reference computes in single precision.</summary>
    private static void AssertClose(float[] expected, float[] got)
    {
        Assert.Equal(expected.Length, got.Length);
        for (var i = 0; i < expected.Length; i++) Assert.InRange(got[i] / expected[i], 1 - 1e-5, 1 + 1e-5);
    }
}
