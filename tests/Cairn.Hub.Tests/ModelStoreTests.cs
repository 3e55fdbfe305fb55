using Cairn.Hub.Inspection;
using Cairn.Testing;
using Xunit;

namespace Cairn.Hub.Tests;

public sealed class ModelStoreTests
{
    private static readonly string Bundled = Repository.Path("models");

    [Fact]
    public void Default_store_finds_the_bundled_chat_model()
    {
        var model = ModelStore.CreateDefault(Bundled).Resolve("SmolLM2-135M-Instruct");

        Assert.Equal((ModelStore.DefaultDecoder, ModelKind.Decoder, ModelFormat.Gguf), (model.Name, model.Kind, model.Format));
        Assert.Equal((98_362_432, "llama"), (model.SizeInBytes, model.Architecture));
        Assert.Contains(ModelStore.CreateDefault().Roots, root => root == Bundled);
    }

    [Fact]
    public async Task Bundled_chat_model_has_the_published_hash()
    {
        var model = await new ModelStore([Bundled]).Resolve(ModelStore.DefaultDecoder).WithSha256Async(TestContext.Current.CancellationToken);

        Assert.Equal("b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53", model.Sha256);
    }

    [Fact]
    public void File_folder_and_name_give_the_same_model()
    {
        var store = new ModelStore([Bundled]);

        var byName = store.Resolve(ModelStore.DefaultDecoder);

        Assert.Equal(byName.Path, store.Resolve(byName.Path).Path);
        Assert.Equal(byName.Path, store.Resolve(Path.GetDirectoryName(byName.Path)!).Path);
    }

    [Fact]
    public void Hugging_face_folder_is_a_model()
    {
        var model = new ModelStore([]).Resolve(SharedFiles.Model("all-minilm-l6-v2"));

        Assert.Equal((ModelKind.Encoder, ModelFormat.HuggingFace, "bert"), (model.Kind, model.Format, model.Architecture));
        Assert.Null(model.Problem);
    }

    [Fact]
    public void Broken_and_unknown_files_are_listed_with_their_problem()
    {
        using var root = new TemporaryFolder();
        File.WriteAllText(root.File("broken.gguf"), "no model");
        Directory.CreateDirectory(root.File("several"));
        File.WriteAllText(root.File("several/a.gguf"), "");
        File.WriteAllText(root.File("several/b.gguf"), "");
        Directory.CreateDirectory(root.File("nothing"));

        var models = new ModelStore([root.Path]).List();

        Assert.Equal(["broken", "several/a", "several/b"], models.Select(model => model.Name));
        Assert.All(models, model => Assert.NotNull(model.Problem));
        Assert.All(models, model => Assert.Equal(ModelKind.Unknown, model.Kind));
    }

    [Fact]
    public void Earlier_root_hides_a_later_one()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        File.WriteAllText(first.File("m.gguf"), "1");
        File.WriteAllText(second.File("M.gguf"), "2");

        var store = new ModelStore([first.Path, second.Path]);

        Assert.Equal(first.File("m.gguf"), store.Resolve("M").Path);
        Assert.Single(store.List());
    }

    [Fact]
    public void Unknown_name_is_answered_with_the_known_ones()
    {
        using var root = new TemporaryFolder();
        File.WriteAllText(root.File("one.gguf"), "1");

        var error = Assert.Throws<ModelNotFoundException>(() => new ModelStore([root.Path]).Resolve("two"));

        Assert.Equal("two", error.Name);
        Assert.Contains("one", error.Message, StringComparison.Ordinal);
        Assert.Contains(root.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ambiguous_folder_is_answered_with_its_files()
    {
        using var root = new TemporaryFolder();
        File.WriteAllText(root.File("a.gguf"), "1");
        File.WriteAllText(root.File("b.gguf"), "1");

        var error = Assert.Throws<ModelNotFoundException>(() => new ModelStore([]).Resolve(root.Path));

        Assert.Contains("a.gguf, b.gguf", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspection_of_the_bundled_chat_model_sums_up_its_file()
    {
        var inspection = ModelInspector.Inspect(new ModelStore([Bundled]).Resolve(ModelStore.DefaultDecoder));

        Assert.Null(inspection.Problem);
        Assert.Equal(134_515_008, inspection.ParameterCount);
        Assert.Equal(8192, inspection.ContextLength);
        Assert.True(inspection.HasChatTemplate);
        var tokenizer = inspection.Tokenizer!;
        Assert.Equal(("gpt2", "smollm", 49152), (tokenizer.Kind, tokenizer.PreTokenizer, tokenizer.TokenCount));
        Assert.Equal(["Q4_1", "Q8_0", "F32"], inspection.Types.Select(type => type.Type));
        Assert.Equal([210, 1, 61], inspection.Types.Select(type => type.TensorCount));
        Assert.All(inspection.Types, type => Assert.True(type.IsSupported));
        Assert.Equal("apache-2.0", inspection.Metadata.Single(value => value.Key == "general.license").Value);
        Assert.True(inspection.EstimateMemory(8192) > inspection.EstimateMemory(0));
    }
}
