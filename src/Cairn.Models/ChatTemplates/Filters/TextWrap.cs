using System.Text.RegularExpressions;
using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Filters;

/// <summary>Python's <c>textwrap.wrap</c> on each line of a text: words are kept whole where they fit a line.</summary>
internal static partial class TextWrap
{
    public static string Wrap(
        RenderContext context, string text, int width, bool breaksLongWords, string separator, bool breaksOnHyphens)
    {
        if (width <= 0)
        {
            throw Fault.Other($"invalid width {width} (must be > 0)");
        }

        context.Charge(text.Length);
        var result = context.NewText();
        var isFirst = true;
        foreach (var paragraph in StringSplit.Lines(context, text, keepEnds: false).Elements)
        {
            var lines = WrapParagraph(((StringValue)paragraph).Text, width, breaksLongWords, breaksOnHyphens);
            result.Append(isFirst ? "" : separator);
            isFirst = false;
            for (var i = 0; i < lines.Count; i++)
            {
                result.Append(i == 0 ? "" : separator).Append(lines[i]);
            }
        }

        return result.ToString();
    }

    private static List<string> WrapParagraph(string text, int width, bool breaksLongWords, bool breaksOnHyphens)
    {
        var chunks = new Stack<ReadOnlyMemory<char>>(Chunks(text, breaksOnHyphens).Reverse());
        List<string> lines = [];
        while (chunks.Count > 0)
        {
            if (lines.Count > 0 && IsBlank(chunks.Peek()))
            {
                chunks.Pop();
            }

            var line = TakeLine(chunks, width, breaksLongWords);
            if (line.Length > 0)
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    private static string TakeLine(Stack<ReadOnlyMemory<char>> chunks, int width, bool breaksLongWords)
    {
        List<ReadOnlyMemory<char>> line = [];
        var left = width;
        while (chunks.Count > 0 && chunks.Peek().Length <= left)
        {
            left -= chunks.Peek().Length;
            line.Add(chunks.Pop());
        }

        if (chunks.Count > 0 && chunks.Peek().Length > width && (breaksLongWords || line.Count == 0))
        {
            var word = chunks.Pop();
            var cut = breaksLongWords ? Math.Max(left, 1) : word.Length;
            line.Add(word[..cut]);
            if (cut < word.Length)
            {
                chunks.Push(word[cut..]);
            }
        }

        if (line.Count > 0 && IsBlank(line[^1]))
        {
            line.RemoveAt(line.Count - 1);
        }

        return string.Concat(line.Select(chunk => chunk.ToString()));
    }

    private static IEnumerable<ReadOnlyMemory<char>> Chunks(string text, bool breaksOnHyphens) =>
        (breaksOnHyphens ? WordsAndHyphens() : WordsAndBlanks()).Matches(text)
            .Select(match => text.AsMemory(match.Index, match.Length));

    private static bool IsBlank(ReadOnlyMemory<char> chunk) => PythonText.Trim(chunk.Span).IsEmpty;

    [GeneratedRegex(@"\s+|\S+", RegexOptions.CultureInvariant)]
    private static partial Regex WordsAndBlanks();

    // A hyphen between letters ends a chunk.
    [GeneratedRegex(@"\s+|\S+?(?:(?<=\p{L}-)(?=\p{L})|(?=\s|$))", RegexOptions.CultureInvariant)]
    private static partial Regex WordsAndHyphens();
}
