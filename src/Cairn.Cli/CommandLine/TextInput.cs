using System.Text.Json;
using Cairn.Cli.Output;

namespace Cairn.Cli.CommandLine;

/// <summary>Text given as arguments or on standard input.</summary>
internal static class TextInput
{
    private const int LongestInput = 64 << 20;

    /// <summary>The arguments joined by spaces; with none, or <c>-</c>, all of standard input.</summary>
    /// <exception cref="CliException">There is neither, or too much.</exception>
    public static async Task<string> ReadAsync(string[]? words, CliConsole console, CancellationToken cancellationToken)
    {
        if (words is [not "-", ..]) return string.Join(' ', words);
        if (words is not ["-"] && !console.InputIsRedirected)
        {
            throw new CliException("No text was given: write it as an argument or pipe it in.", ExitCode.Usage);
        }

        var buffer = new char[1 << 16];
        var text = new System.Text.StringBuilder();
        int read;
        while ((read = await console.In.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            text.Append(buffer, 0, read);
            if (text.Length > LongestInput) throw new CliException($"Standard input holds more than {LongestInput:N0} characters.");
        }

        return text.ToString();
    }

    /// <summary>The JSON strings of standard input, one a line; blank lines are passed over.</summary>
    /// <exception cref="CliException">A line is not a JSON string.</exception>
    public static async IAsyncEnumerable<string> ReadJsonLinesAsync(
        CliConsole console, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var line = 1; await console.In.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } json; line++)
        {
            if (!string.IsNullOrWhiteSpace(json)) yield return ParseString(json, line);
        }
    }

    private static string ParseString(string json, int line)
    {
        try
        {
            return JsonSerializer.Deserialize(json, CliJson.Default.String)
                ?? throw new CliException($"Line {line} of standard input is null; expected a JSON string.");
        }
        catch (JsonException exception)
        {
            throw new CliException($"Line {line} of standard input is not a JSON string: {exception.Message}");
        }
    }
}
