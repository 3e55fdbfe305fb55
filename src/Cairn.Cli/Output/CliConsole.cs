using System.Text;
using System.Text.Json.Nodes;

namespace Cairn.Cli.Output;

/// <summary>Standard streams of one invocation; a test passes its own.</summary>
internal sealed class CliConsole(TextReader input, TextWriter output, TextWriter error, bool isInteractive, bool showsProgress)
{
    /// <summary>Standard input.</summary>
    public TextReader In { get; } = input;

    /// <summary>Standard output: results only.</summary>
    public TextWriter Out { get; } = isInteractive ? new PlainTextWriter(output) : output;

    /// <summary>Standard error: progress and messages.</summary>
    public TextWriter Error { get; } = error;

    /// <summary>Standard output is a terminal: colours may be used.</summary>
    public bool IsInteractive { get; } = isInteractive;

    /// <summary>Standard error is a terminal: a progress line may be redrawn.</summary>
    public bool ShowsProgress { get; } = showsProgress;

    /// <summary>Standard input is a pipe or a file.</summary>
    public bool InputIsRedirected { get; init; } = true;

    /// <summary>Clock of the progress lines.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>A write failed because the reader of the pipe has gone.</summary>
    public bool OutputClosed { get; private set; }

    /// <summary>The process's own streams, UTF-8 without a byte-order mark.</summary>
    public static CliConsole System()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var output = new StreamWriter(Console.OpenStandardOutput(), utf8, 4096) { AutoFlush = !Console.IsOutputRedirected };
        var error = new StreamWriter(Console.OpenStandardError(), utf8, 256) { AutoFlush = true };
        var input = new StreamReader(Console.OpenStandardInput(), utf8);
        return new CliConsole(input, output, error, !Console.IsOutputRedirected, !Console.IsErrorRedirected)
        {
            InputIsRedirected = Console.IsInputRedirected,
        };
    }

    /// <summary>Writes text and sends it on at once: streamed answers appear as they are made.</summary>
    public void WriteNow(string text)
    {
        try
        {
            Out.Write(text);
            Out.Flush();
        }
        catch (IOException)
        {
            OutputClosed = true;
            throw;
        }
    }

    /// <summary>Writes one JSON value as a line.</summary>
    public void WriteJson(JsonNode value) => WriteNow(value.ToJsonString(JsonStyle.Compact) + "\n");

    /// <summary>Sends buffered output on; a closed pipe is no failure here.</summary>
    public async Task FlushAsync()
    {
        try
        {
            await Out.FlushAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            OutputClosed = true;
        }
    }
}
