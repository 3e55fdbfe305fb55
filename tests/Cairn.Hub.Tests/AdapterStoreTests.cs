using Cairn.Models.Adapters;
using Cairn.Testing;
using Xunit;

namespace Cairn.Hub.Tests;

/// <summary>Adapters are found by path and by name, and never taken for models.</summary>
public sealed class AdapterStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Adapters_are_found_by_name_and_listed_with_their_problem()
    {
        Copy("architectures/adapters/llama3-plain/peft", "style");
        File.Copy(SharedFiles.Golden("architectures/adapters/qwen3-plain/qwen3-plain.gguf"), _folder.File("tone.gguf"));
        Directory.CreateDirectory(_folder.File("broken"));
        File.WriteAllText(_folder.File("broken/adapter_config.json"), """{"peft_type": "IA3"}""");
        var store = new AdapterStore([_folder.Path, _folder.File("missing")]);

        Assert.Equal(_folder.File("style"), store.Resolve("STYLE"));
        Assert.Equal(_folder.File("tone.gguf"), store.Resolve("tone"));
        Assert.Equal(_folder.File("style"), store.Resolve(_folder.File("style")));
        var list = store.List();
        Assert.Equal(["broken", "style", "tone"], list.Select(adapter => adapter.Name));
        Assert.Contains("IA3", list[0].Problem, StringComparison.Ordinal);
        Assert.Equal((AdapterFormat.Peft, 4, "llama3", null), (list[1].Format, list[1].Rank, list[1].BaseModel, list[1].Problem));
        Assert.Equal((AdapterFormat.Gguf, 4, "qwen3"), (list[2].Format, list[2].Rank, list[2].BaseModel));

        var error = Assert.Throws<ModelNotFoundException>(() => store.Resolve("stile"));
        Assert.Contains("style", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gguf_adapter_in_the_store_is_no_model()
    {
        File.Copy(SharedFiles.Golden("architectures/adapters/llama3-plain/llama3-plain.gguf"), _folder.File("style.gguf"));
        var model = Assert.Single(new ModelStore([_folder.Path]).List());
        Assert.Equal(ModelKind.Unknown, model.Kind);
        Assert.Contains("--adapter", model.Problem, StringComparison.Ordinal);
    }

    private void Copy(string golden, string name)
    {
        Directory.CreateDirectory(_folder.File(name));
        foreach (var file in Directory.GetFiles(SharedFiles.Golden(golden))) File.Copy(file, Path.Combine(_folder.File(name), Path.GetFileName(file)));
    }
}
