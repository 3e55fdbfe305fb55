using Cairn.Hub.Inspection;
using Cairn.Testing;
using Xunit;

namespace Cairn.Hub.Tests.Inspection;

public sealed class ModelInspectorTests
{
    [Fact]
    public void Folder_is_described_by_its_config_and_tensors()
    {
        var inspection = ModelInspector.Inspect(new ModelStore([]).Resolve(SharedFiles.Model("all-minilm-l6-v2")));

        Assert.Equal(256, inspection.ContextLength);
        Assert.Contains(inspection.Types, type => type is { Type: "F16", IsSupported: true });
        Assert.Contains(inspection.Metadata, value => value is { Key: "hidden_size", Value: "384" });
    }

    [Fact]
    public void Types_without_kernels_are_listed_and_named_in_the_problem()
    {
        var inspection = ModelInspector.Inspect(
            new ModelStore([]).Resolve(SharedFiles.Golden("architectures/llama-256/gguf/llama-256-mixed.gguf")));

        var unsupported = inspection.Types.Where(type => !type.IsSupported).Select(type => type.Type).ToList();
        Assert.Equal(unsupported.Count > 0, inspection.Problem is not null);
        if (unsupported.Count > 0) Assert.Contains(unsupported, type => inspection.Problem!.Contains(type, StringComparison.Ordinal));
        Assert.Contains("IQ4_NL", inspection.Types.Select(type => type.Type));
    }
}
