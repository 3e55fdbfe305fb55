using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Xunit;

namespace Cairn.Cli.Tests.CommandLine;

/// <summary>What <c>cairn bench</c> measures, prints and refuses; never how fast.</summary>
public sealed class BenchCommandTests
{
    private static readonly string[] Quick = ["bench", "--prompt-tokens", "8", "--generate", "2", "--threads", "2", "--repeat", "1", "--json"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Depth_batch_and_prompt_file_are_measured_and_named()
    {
        var file = Temporary("prompt.txt", "Gravity is the force by which a planet draws objects towards its centre.");

        var result = await JsonOf([.. Quick, "--depth", "21", "--batch", "3", "--prompt-file", file, "--kv-type", "q8_0"]);

        Assert.Equal((21, 3, 8, 2), ((int)result["depth"]!, (int)result["sequences"]!, (int)result["prompt_tokens"]!, (int)result["generated_tokens"]!));
        Assert.Equal(16, ((string)result["prompt"]!).Length);
        Assert.Equal("Int8", (string?)result["activations"]);
        Assert.Equal("Q8_0", (string?)result["kv_type"]);
        Assert.True((long)result["model_bytes"]! > 50_000_000);
        Assert.NotEmpty((string)result["machine"]!["processor"]!);
        foreach (var name in new[] { "prefill_tokens_per_second", "decode_tokens_per_second", "prefill_operations_per_second", "decode_bytes_per_second" })
        {
            Assert.True((double)result[name]! > 0 && double.IsFinite((double)result[name]!), name);
        }
    }

    [Fact]
    public async Task Run_is_compared_with_an_earlier_one_of_the_same_settings()
    {
        var earlier = await JsonOf(Quick);
        earlier["prefill_tokens_per_second"] = 1e-3;
        var file = Temporary("earlier.json", earlier.ToJsonString());

        var result = await JsonOf([.. Quick, "--compare", file]);

        Assert.True((double)result["compared"]!["prefill_ratio"]! > 1);
        Assert.True((bool)result["compared"]!["same_processor"]!);
    }

    [Theory]
    [InlineData("threads", 7, "threads '2', earlier '7'")]
    [InlineData("depth", 5, "depth '8', earlier '5'")]
    [InlineData("model_bytes", 5, "bytes of the model")]
    public async Task Comparison_of_different_things_is_refused(string setting, int value, string named)
    {
        var earlier = await JsonOf(Quick);
        earlier[setting] = value;
        var file = Temporary("earlier.json", earlier.ToJsonString());

        var run = await CliRun.InvokeAsync([.. Quick, "--compare", file], "", Cancellation);

        Assert.Equal(ExitCode.Failure, run.ExitCode);
        Assert.Contains(named, run.Error + run.Output);
    }

    [Theory]
    [InlineData("--compare", "{}")]
    [InlineData("--compare", "not json")]
    [InlineData("--compare", "[1]")]
    [InlineData("--roofline", "{\"machine\":{\"processor\":\"x\"},\"limits\":[{\"kind\":\"speed\"}]}")]
    [InlineData("--roofline", "{\"machine\":3}")]
    [InlineData("--roofline", "null")]
    public async Task File_that_is_something_else_is_refused_before_measuring(string option, string content)
    {
        var run = await CliRun.InvokeAsync([.. Quick, option, Temporary("x.json", content)], "", Cancellation);

        Assert.Equal(ExitCode.BadFile, run.ExitCode);
        Assert.Contains("is not what cairn bench", run.Error + run.Output);
    }

    [Fact]
    public async Task Roofline_file_gives_the_shares_of_its_machine_and_no_other()
    {
        var machine = (await JsonOf(Quick))["machine"]!;
        var mine = Temporary("mine.json", Limits((string)machine["processor"]!, threads: 2));
        var other = Temporary("other.json", Limits("Another processor", threads: 2));
        var fewer = Temporary("fewer.json", Limits((string)machine["processor"]!, threads: 1));

        var result = await JsonOf([.. Quick, "--roofline", mine]);
        var refused = await CliRun.InvokeAsync([.. Quick, "--roofline", other], "", Cancellation);
        var unmeasured = await CliRun.InvokeAsync([.. Quick, "--roofline", fewer], "", Cancellation);

        var expected = (double)result["decode_bytes_per_second"]! / 1e9 / 20;
        Assert.Equal(expected, (double)result["roofline"]!["decode_share"]!, 1e-9);
        Assert.Equal((double)result["prefill_operations_per_second"]! / 1e9 / 400, (double)result["roofline"]!["prefill_share"]!, 1e-9);
        Assert.Contains("Another processor", refused.Error + refused.Output);
        Assert.Contains("for 2 threads", unmeasured.Error + unmeasured.Output);
    }

    [Theory]
    [InlineData("--machine", "--depth", "3")]
    [InlineData("--machine", "--compare", "x.json")]
    [InlineData("--depth", "-1")]
    [InlineData("--batch", "0")]
    public async Task Options_that_make_no_sense_are_usage_errors(params string[] options)
    {
        var run = await CliRun.InvokeAsync(["bench", .. options], "", Cancellation);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(options[^2], run.Error);
    }

    [Fact]
    public async Task Prompt_text_shorter_than_the_prompt_is_refused()
    {
        var run = await CliRun.InvokeAsync([.. Quick, "--prompt-file", Temporary("short.txt", "Two words")], "", Cancellation);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("8 are asked for", run.Error + run.Output);
    }

    private static string Limits(string processor, int threads) => $$"""
        {"machine":{"processor":"{{processor}}"},"limits":[
        {"kind":"memory_read","name":"m","threads":{{threads}},"unit":"GB/s","median":20,"minimum":1,"maximum":30,"runs":3},
        {"kind":"int8_peak","name":"i","threads":{{threads}},"unit":"Gop/s","median":400,"minimum":1,"maximum":500,"runs":3}]}
        """;

    private static string Temporary(string name, string content)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("cairn-bench-").FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static async Task<JsonObject> JsonOf(params string[] arguments)
    {
        var run = await CliRun.InvokeAsync(arguments, "", Cancellation);
        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
        return JsonNode.Parse(run.Output)!.AsObject();
    }
}
