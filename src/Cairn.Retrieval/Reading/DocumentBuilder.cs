using System.Text;

namespace Cairn.Retrieval.Reading;

/// <summary>Collects the text of a format that has none of its own: blocks apart by a blank line, with their spans.</summary>
internal sealed class DocumentBuilder(ReaderLimits limits)
{
    private readonly StringBuilder _text = new();

    public List<DocumentBlock> Blocks { get; } = [];

    public List<DocumentPage> Pages { get; } = [];

    public List<string> Notes { get; } = [];

    /// <summary>Characters so far.</summary>
    public int Length => _text.Length;

    /// <summary>Adds a block; one without words is left out.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="text">Its text, lines apart by <c>\n</c>.</param>
    /// <param name="level">Level of a heading, depth of a list item.</param>
    /// <param name="headerLines">Lines of a table that are its header.</param>
    /// <param name="language">Language of code.</param>
    public void Add(DocumentBlockKind kind, string text, int level = 0, int headerLines = 0, string? language = null)
    {
        text = kind == DocumentBlockKind.Code ? text.Trim('\n').TrimEnd() : text.Trim();
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        Reserve(text.Length + 2);
        if (_text.Length > 0)
        {
            _text.Append("\n\n");
        }

        var start = _text.Length;
        _text.Append(text);
        Blocks.Add(new DocumentBlock(kind, level, start, _text.Length)
        {
            HeaderEnd = headerLines > 0 ? start + EndOfLines(text, headerLines) : 0,
            Language = language,
        });
    }

    /// <summary>Offset at which the next block will begin.</summary>
    public int NextStart => _text.Length == 0 ? 0 : _text.Length + 2;

    public Document Build(string path, string? title)
    {
        var text = _text.ToString();
        var heading = Blocks.FirstOrDefault(block => block.Kind == DocumentBlockKind.Heading);
        var name = heading.End > 0 ? text[heading.Start..heading.End].ReplaceLineEndings(" ") : null;
        title = string.IsNullOrWhiteSpace(title) ? name ?? Path.GetFileNameWithoutExtension(path) : title.Trim();
        return new Document(path, title, text, Pages, Blocks) { Notes = Notes };
    }

    private void Reserve(int characters)
    {
        if (_text.Length + characters > limits.MaxTextLength)
        {
            throw new DocumentReadException(
                DocumentReadError.TooLarge, $"The text has more than the {limits.MaxTextLength:N0} characters allowed.");
        }
    }

    private static int EndOfLines(string text, int lines)
    {
        var end = 0;
        while (lines-- > 0)
        {
            var stop = text.IndexOf('\n', end);
            if (stop < 0)
            {
                return 0;
            }

            end = stop + 1;
        }

        return end;
    }
}
