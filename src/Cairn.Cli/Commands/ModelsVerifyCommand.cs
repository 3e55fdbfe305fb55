using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Hub;
using Cairn.Inference;
using Cairn.Inference.Verification;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn models verify</c>: is this file what it claims to be, down to the last weight?</summary>
/// <remarks>A bad file is this command's result, not its failure: with <c>--json</c> both results have one shape.</remarks>
internal sealed class ModelsVerifyCommand : CairnCommand
{
    private readonly Argument<string> _model = new("model") { Description = "A file, a folder or a name of the store." };

    public ModelsVerifyCommand()
        : base("verify", "Check a model's structure, vocabulary, template and every weight, and run a few tokens.",
            "cairn models verify smollm2-135m-instruct",
            "cairn models verify model.gguf --json") => Arguments.Add(_model);

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var name = arguments.GetValue(_model)!;
        var path = File.Exists(name) || Directory.Exists(name) ? name : ModelStore.CreateDefault().Resolve(name).Path;
        var json = arguments.GetValue(Json);
        using var line = new ProgressLine(console, "verifying");
        try
        {
            var verification = ModelVerifier.Verify(path, new ModelLoadOptions(), new VerificationLine(line), cancellationToken);
            line.Clear();
            if (json) console.WriteJson(ToJson(verification));
            else await WriteAsync(console.Out, verification).ConfigureAwait(false);
            return ExitCode.Success;
        }
        catch (Exception exception) when (json && FailureReport.TryDescribe(exception, out var report) && report.ExitCode == ExitCode.BadFile)
        {
            line.Clear();
            await console.Error.WriteLineAsync($"cairn: {report.Message}").ConfigureAwait(false);
            console.WriteJson(ToJson(path, report));
            return report.ExitCode;
        }
    }

    private static async Task WriteAsync(TextWriter output, ModelVerification verification)
    {
        foreach (var check in verification.Checks)
        {
            await output.WriteLineAsync($"ok  {check.Name,-10} {check.Finding}").ConfigureAwait(false);
        }

        await output.WriteLineAsync($"{verification.Path} is sound.").ConfigureAwait(false);
    }

    private static JsonObject ToJson(ModelVerification verification) => new()
    {
        ["path"] = verification.Path,
        ["valid"] = true,
        ["error"] = null,
        ["offset"] = null,
        ["tensor"] = null,
        ["format"] = verification.Format,
        ["model"] = verification.Kind,
        ["architecture"] = verification.Architecture,
        ["checks"] = new JsonArray([.. verification.Checks.Select(check =>
            (JsonNode)new JsonObject { ["check"] = check.Name, ["finding"] = check.Finding })]),
    };

    private static JsonObject ToJson(string path, FailureReport report) => new()
    {
        ["path"] = path,
        ["valid"] = false,
        ["error"] = report.Kind,
        ["offset"] = report.Fault?.Offset,
        ["tensor"] = report.Fault?.Tensor,
        ["kind"] = report.Kind,
        ["expected"] = report.Fault?.Expected,
        ["got"] = report.Fault?.Got,
        ["message"] = report.Message,
    };

    private sealed class VerificationLine(ProgressLine line) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => line.Report(value.Share, value.Detail);
    }
}
