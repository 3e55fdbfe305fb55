using System.Diagnostics;
using System.Text.Json;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Safetensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests;

/// <summary>Every broken file of the goldens is refused with the kind that they name, soon and without big memory.</summary>
public sealed class MalformedFileTests
{
    private const long MaximumAllocation = 50_000_000;
    private static readonly TimeSpan MaximumTime = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("gguf", 100)]
    [InlineData("safetensors", 36)]
    [InlineData("hf_folder", 17)]
    public void Case_is_accepted_or_refused_with_its_kind(string format, int count)
    {
        var cases = JsonSerializer.Deserialize<JsonElement[]>(
            File.ReadAllBytes(SharedFiles.Golden("architectures/malformed/cases.json")))!;
        var failures = new List<string>();
        var seen = 0;
        Load(SharedFiles.Golden("architectures/malformed/ok.gguf")); // compiles the code before it is timed

        foreach (var test in cases.Where(test => test.GetProperty("format").GetString() == format))
        {
            seen++;
            var name = test.GetProperty("file").GetString()!;
            var path = SharedFiles.Golden("architectures/malformed/" + name);
            var clock = Stopwatch.StartNew();
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var error = Load(path);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

            if (allocated > MaximumAllocation) failures.Add($"{name}: allocated {allocated:N0} bytes");
            if (clock.Elapsed > MaximumTime) failures.Add($"{name}: took {clock.Elapsed}");
            if (Judge(test, error) is { } verdict) failures.Add($"{name}: {verdict}");
        }

        Assert.Empty(failures);
        Assert.Equal(count, seen);
    }

    private static ModelFormatException? Load(string path)
    {
        try
        {
            if (path.EndsWith(".gguf", StringComparison.Ordinal))
            {
                using var file = GgufFile.Open(path);
                ModelValidator.ValidateDecoder(file);
                ModelValidator.ValidateWeights(file, TestContext.Current.CancellationToken);
            }
            else if (Directory.Exists(path))
            {
                using var model = HuggingFaceModel.Open(path);
                ModelValidator.ValidateDecoder(model, model.Decoder!);
            }
            else
            {
                using var file = SafetensorsFile.Open(path);
            }

            return null;
        }
        catch (ModelFormatException exception)
        {
            return exception;
        }
    }

    private static string? Judge(JsonElement test, ModelFormatException? error)
    {
        var expect = test.GetProperty("expect").GetString();
        var kind = test.GetProperty("kind").GetString();
        if (error is null) return expect == "reject" ? $"accepted; expected {kind}" : null;

        var got = JsonNamingPolicy.SnakeCaseLower.ConvertName(error.Kind.ToString());
        if (expect == "accept") return $"refused as {got}: {error.Message}";
        return got == kind || expect == "reject_or_accept" ? null : $"refused as {got}, expected {kind}: {error.Message}";
    }
}
