using System.Text;

namespace Cairn.Cli.Output;

/// <summary>
/// Passes text on to a terminal without control characters: a document, a model file or a model's reply cannot move
/// the cursor, change colours or rename the window.
/// </summary>
internal sealed class PlainTextWriter(TextWriter inner) : TextWriter
{
    /// <inheritdoc />
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc />
    public override void Write(char value)
    {
        if (IsPlain(value)) inner.Write(value);
    }

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<char> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var plain = 0;
            while (plain < buffer.Length && IsPlain(buffer[plain])) plain++;
            inner.Write(buffer[..plain]);
            buffer = buffer[Math.Min(plain + 1, buffer.Length)..];
        }
    }

    /// <inheritdoc />
    public override void Write(string? value) => Write(value.AsSpan());

    /// <inheritdoc />
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc />
    public override void Flush() => inner.Flush();

    private static bool IsPlain(char value) => value is '\n' or '\t' or '\r' || !char.IsControl(value);
}
