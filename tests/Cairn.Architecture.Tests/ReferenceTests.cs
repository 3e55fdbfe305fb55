using System.Xml.Linq;
using Cairn.Testing;
using Xunit;

namespace Cairn.Architecture;

/// <summary>Holds the table of allowed references of docs/architecture.md.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Cairn.Tensors"] = [],
        ["Cairn.Models"] = ["Cairn.Tensors"],
        ["Cairn.Inference"] = ["Cairn.Models"],
        ["Cairn.Hub"] = ["Cairn.Models"],
        ["Cairn.Abstractions"] = [],
        ["Cairn.AI"] = ["Cairn.Abstractions", "Cairn.Hub", "Cairn.Inference"],
        ["Cairn.Retrieval"] = ["Cairn.Abstractions"],
        ["Cairn.Cli"] = ["Cairn.AI", "Cairn.Retrieval"],
    };

    private static readonly HashSet<string> EngineRing =
        ["Cairn.Tensors", "Cairn.Models", "Cairn.Inference"];

    private static readonly HashSet<string> EnginePackages =
        ["System.Numerics.Tensors", "Microsoft.ML.Tokenizers", "Microsoft.CodeAnalysis.BannedApiAnalyzers"];

    // It can be built alone.
    private const string OnnxBenchmark = "bench/Cairn.Benchmarks.Onnx/Cairn.Benchmarks.Onnx.csproj";

    public static TheoryData<string> Projects =>
        new(Directory.GetDirectories(Repository.Path("src")).Select(folder => Path.GetFileName(folder)).Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_references_only_what_the_table_allows(string project)
    {
        Assert.True(Allowed.TryGetValue(project, out var allowed), $"{project} is not in the table of references");

        Assert.Equal(allowed.Order(), References(project).Order());
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Unsafe_code_stays_in_the_engine_ring(string project)
    {
        var unsafeBlocks = Load(project).Descendants("AllowUnsafeBlocks").Any(element => (bool)element);

        Assert.True(!unsafeBlocks || EngineRing.Contains(project), $"{project} allows unsafe code");
    }

    [Fact]
    public void Engine_ring_uses_no_packages_but_numerics_and_tokenizers()
    {
        foreach (var project in EngineRing)
        {
            var packages = Load(project).Descendants("PackageReference").Select(Include);

            Assert.Empty(packages.Except(EnginePackages));
        }
    }

    [Fact]
    public void Solution_holds_every_project_but_the_one_that_fetches_a_native_runtime()
    {
        var solution = XDocument.Load(Repository.Path("Cairn.slnx"))
            .Descendants("Project").Select(element => (string)element.Attribute("Path")!).Order();
        var onDisk = new[] { "src", "tests", "bench", "samples" }
            .Select(folder => Repository.Path(folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Except([OnnxBenchmark]).Order();

        Assert.Equal(onDisk, solution);
    }

    private static IEnumerable<string> References(string project) =>
        Load(project).Descendants("ProjectReference").Select(Include).Select(Path.GetFileNameWithoutExtension)!;

    private static string Include(XElement element) => ((string)element.Attribute("Include")!).Replace('\\', '/');

    private static XDocument Load(string project) =>
        XDocument.Load(Repository.Path("src", project, project + ".csproj"));
}
