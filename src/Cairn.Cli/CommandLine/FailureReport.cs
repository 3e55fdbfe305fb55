using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cairn.Cli.Output;
using Cairn.Hub;
using Cairn.Inference;
using Cairn.Models;
using Cairn.Models.Adapters;
using Cairn.Models.ChatTemplates;
using Cairn.Retrieval.Indexing;

namespace Cairn.Cli.CommandLine;

/// <summary>An exception as the user sees it: a message, a kind and an exit code.</summary>
/// <param name="Message">What happened and what to do, in one paragraph.</param>
/// <param name="Kind">Stable word for scripts, snake_case.</param>
/// <param name="ExitCode">One of <see cref="CommandLine.ExitCode"/>.</param>
internal sealed record FailureReport(string Message, string Kind, int ExitCode)
{
    /// <summary>The fault of a model file in detail; null when the failure is another.</summary>
    public ModelFormatException? Fault { get; private init; }

    /// <summary>Explains the failures that users can cause; anything else is a defect and keeps its stack trace.</summary>
    public static bool TryDescribe(Exception exception, [NotNullWhen(true)] out FailureReport? report)
    {
        report = exception switch
        {
            ModelFormatException format =>
                new(format.Message, Snake(format.Kind.ToString()), CommandLine.ExitCode.BadFile) { Fault = format },
            AdapterMismatchException mismatch => new(mismatch.Message, "adapter_mismatch", CommandLine.ExitCode.BadFile),
            ModelNotFoundException missing => new(missing.Message, "model_not_found", CommandLine.ExitCode.NotFound),
            ContextOverflowException overflow => new(overflow.Message, "context_overflow", CommandLine.ExitCode.ContextOverflow),
            IndexException index => new(index.Message, "index_" + Snake(index.Error.ToString()), IndexCode(index.Error)),
            ChatTemplateException template => new(template.Message, "chat_template", CommandLine.ExitCode.BadFile),
            InvalidDataException data => new(data.Message, "bad_data", CommandLine.ExitCode.BadFile),
            ArgumentOutOfRangeException range => new(range.Message, "usage", CommandLine.ExitCode.Usage),
            NotSupportedException unsupported => new(unsupported.Message, "not_supported", CommandLine.ExitCode.Failure),
            CliException failure => new(failure.Message, KindOf(failure.Code), failure.Code),
            FileNotFoundException or DirectoryNotFoundException =>
                new(exception.Message, "not_found", CommandLine.ExitCode.NotFound),
            UnauthorizedAccessException => new(exception.Message, "access_denied", CommandLine.ExitCode.Failure),
            IOException => new(exception.Message, "io_error", CommandLine.ExitCode.Failure),
            _ => null,
        };
        return report is not null;
    }

    /// <summary>Describes an exception that no user should be able to cause: a defect of Cairn.</summary>
    public static FailureReport OfDefect(Exception exception)
    {
        var details = Environment.GetEnvironmentVariable("CAIRN_DEBUG") is { Length: > 0 }
            ? Environment.NewLine + exception
            : " Set CAIRN_DEBUG=1 to see where, and report it please.";
        return new FailureReport(
            $"This is a defect of Cairn: {exception.GetType().Name}: {exception.Message}{details}", "defect", CommandLine.ExitCode.Failure);
    }

    /// <summary>The message on standard error and, for JSON callers, an <c>error</c> object on standard output.</summary>
    public async Task WriteAsync(CliConsole console, bool json)
    {
        await console.Error.WriteLineAsync($"cairn: {Message}").ConfigureAwait(false);
        if (!json) return;

        console.WriteJson(new JsonObject { ["error"] = new JsonObject { ["kind"] = Kind, ["message"] = Message } });
    }

    private static string KindOf(int exitCode) => exitCode switch
    {
        CommandLine.ExitCode.Usage => "usage",
        CommandLine.ExitCode.NotFound => "not_found",
        _ => "failed",
    };

    private static int IndexCode(IndexError error) =>
        error is IndexError.Corrupt or IndexError.Foreign or IndexError.Newer ? CommandLine.ExitCode.BadFile : CommandLine.ExitCode.Failure;

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
