using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Hub;
using Cairn.Hub.Inspection;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn models show</c>: what a model file says about itself; no weights are loaded.</summary>
internal sealed class ModelsShowCommand : CairnCommand
{
    private readonly Argument<string> _model = new("model") { Description = "A file, a folder or a name of the store." };
    private readonly Option<bool> _tensors = new("--tensors") { Description = "Also list every tensor." };

    public ModelsShowCommand()
        : base("show", "Show metadata, sizes by type, tokenizer, template and memory of a model.",
            "cairn models show smollm2-135m-instruct",
            "cairn models show all-minilm-l6-v2 --tensors --json")
    {
        Arguments.Add(_model);
        Options.Add(_tensors);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var model = await ModelStore.CreateDefault().Resolve(arguments.GetValue(_model)!).WithSha256Async(cancellationToken).ConfigureAwait(false);
        var inspection = ModelInspector.Inspect(model);
        var tensors = arguments.GetValue(_tensors);
        if (arguments.GetValue(Json)) console.WriteJson(ToJson(inspection, tensors));
        else await WriteAsync(console.Out, inspection, tensors).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static async Task WriteAsync(TextWriter output, ModelInspection inspection, bool tensors)
    {
        var model = inspection.Model;
        await output.WriteLineAsync($"name          {model.Name}").ConfigureAwait(false);
        await output.WriteLineAsync($"path          {model.Path}").ConfigureAwait(false);
        await output.WriteLineAsync($"sha256        {model.Sha256 ?? "(folder)"}").ConfigureAwait(false);
        await output.WriteLineAsync($"architecture  {model.Architecture ?? "?"} ({model.Kind.ToString().ToLowerInvariant()})").ConfigureAwait(false);
        await output.WriteLineAsync($"parameters    {inspection.ParameterCount:N0}").ConfigureAwait(false);
        await output.WriteLineAsync($"size          {model.SizeInBytes / 1e6:N1} MB").ConfigureAwait(false);
        if (inspection.ContextLength is { } context)
        {
            await output.WriteLineAsync($"context       {context:N0} tokens; {inspection.EstimateMemory(context) / 1e6:N0} MB with a full context").ConfigureAwait(false);
        }

        if (inspection.Tokenizer is { } tokenizer)
        {
            var pre = tokenizer.PreTokenizer is { } name ? $", pre-tokeniser {name}" : "";
            await output.WriteLineAsync($"tokenizer     {tokenizer.Kind}, {tokenizer.TokenCount:N0} tokens{pre}").ConfigureAwait(false);
        }

        await output.WriteLineAsync($"chat template {(inspection.HasChatTemplate ? "own" : inspection.BuiltInChatTemplate is { } builtIn ? $"none; built-in {builtIn}" : "none")}").ConfigureAwait(false);
        if (inspection.Problem is { } problem) await output.WriteLineAsync($"problem       {problem}").ConfigureAwait(false);
        await output.WriteLineAsync().ConfigureAwait(false);
        foreach (var type in inspection.Types)
        {
            var note = type.IsSupported ? "" : "  (cannot be run)";
            await output.WriteLineAsync(
                $"{type.Type,-8} {type.TensorCount,5} tensors {type.ParameterCount,15:N0} weights {type.SizeInBytes / 1e6,10:N2} MB{note}").ConfigureAwait(false);
        }

        await output.WriteLineAsync().ConfigureAwait(false);
        foreach (var entry in inspection.Metadata)
        {
            var value = entry.Value is { } text ? Shorten(text) : "";
            await output.WriteLineAsync($"{entry.Key} ({entry.Type}) {value}").ConfigureAwait(false);
        }

        if (!tensors) return;
        await output.WriteLineAsync().ConfigureAwait(false);
        foreach (var tensor in inspection.Tensors)
        {
            await output.WriteLineAsync($"{tensor.Name}  {tensor.TypeName} [{string.Join(", ", tensor.Shape)}]").ConfigureAwait(false);
        }
    }

    private static JsonObject ToJson(ModelInspection inspection, bool tensors)
    {
        var result = new JsonObject
        {
            ["name"] = inspection.Model.Name,
            ["path"] = inspection.Model.Path,
            ["sha256"] = inspection.Model.Sha256,
            ["architecture"] = inspection.Model.Architecture,
            ["kind"] = inspection.Model.Kind.ToString().ToLowerInvariant(),
            ["parameters"] = inspection.ParameterCount,
            ["size_in_bytes"] = inspection.Model.SizeInBytes,
            ["context_length"] = inspection.ContextLength,
            ["memory_with_full_context"] = inspection.ContextLength is { } context ? inspection.EstimateMemory(context) : null,
            ["tokenizer"] = inspection.Tokenizer is { } tokenizer
                ? new JsonObject { ["kind"] = tokenizer.Kind, ["pre_tokenizer"] = tokenizer.PreTokenizer, ["tokens"] = tokenizer.TokenCount }
                : null,
            ["has_chat_template"] = inspection.HasChatTemplate,
            ["built_in_chat_template"] = inspection.BuiltInChatTemplate,
            ["problem"] = inspection.Problem,
            ["types"] = new JsonArray([.. inspection.Types.Select(type => (JsonNode)new JsonObject
            {
                ["type"] = type.Type,
                ["tensors"] = type.TensorCount,
                ["weights"] = type.ParameterCount,
                ["size_in_bytes"] = type.SizeInBytes,
                ["supported"] = type.IsSupported,
            })]),
            ["metadata"] = new JsonObject(inspection.Metadata.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)(entry.Value ?? entry.Type)))),
        };
        if (tensors)
        {
            result["tensors"] = new JsonArray([.. inspection.Tensors.Select(tensor => (JsonNode)new JsonObject
            {
                ["name"] = tensor.Name,
                ["type"] = tensor.TypeName,
                ["shape"] = new JsonArray([.. tensor.Shape.Select(length => (JsonNode)length)]),
                ["size_in_bytes"] = tensor.SizeInBytes,
            })]);
        }

        return result;
    }

    private static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings("\\n");
        return line.Length > 100 ? line[..100] + "…" : line;
    }
}
