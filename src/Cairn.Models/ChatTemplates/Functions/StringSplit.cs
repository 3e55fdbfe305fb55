using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>Python's <c>split</c>, <c>rsplit</c>, <c>splitlines</c> and <c>partition</c>.</summary>
internal static class StringSplit
{
    public static ListValue Split(Invocation call, bool fromEnd)
    {
        var text = call.Text;
        var most = call.Integer(1, -1);
        most = most < 0 ? call.Context.Options.MaxListLength : most;
        var separator = call.String(0);
        call.Context.ChargeSearch(text.Length, separator?.Length ?? 0);
        var parts = separator switch
        {
            null => fromEnd ? AtBlanksFromEnd(text, most) : AtBlanks(text, most),
            "" => throw Fault.Other("empty separator"),
            _ => fromEnd ? AtSeparatorFromEnd(text, separator, most) : AtSeparator(text, separator, most),
        };
        return ToList(parts);
    }

    public static ListValue Lines(RenderContext context, string text, bool keepEnds)
    {
        List<string> lines = [];
        for (var start = 0; start < text.Length;)
        {
            context.CheckCount(lines.Count);
            var end = start;
            while (end < text.Length && !IsLineBreak(text[end]))
            {
                end++;
            }

            var isPair = end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n';
            var next = Math.Min(text.Length, end + (isPair ? 2 : 1));
            lines.Add(text[start..(keepEnds ? next : end)]);
            start = next;
        }

        return ToList(lines);
    }

    public static TupleValue Partition(Invocation call, bool fromEnd)
    {
        var text = call.Text;
        var separator = call.String(0);
        if (string.IsNullOrEmpty(separator))
        {
            throw Fault.Other("empty separator");
        }

        call.Context.ChargeSearch(text.Length, separator.Length);
        var at = fromEnd
            ? text.LastIndexOf(separator, StringComparison.Ordinal)
            : text.IndexOf(separator, StringComparison.Ordinal);
        string[] parts = at >= 0 ? [text[..at], separator, text[(at + separator.Length)..]]
            : fromEnd ? ["", "", text]
            : [text, "", ""];
        return new TupleValue([.. parts.Select(part => new StringValue(part))]);
    }

    private static ListValue ToList(IEnumerable<string> parts) => new([.. parts.Select(part => new StringValue(part))]);

    private static List<string> AtSeparator(string text, string separator, int most)
    {
        List<string> parts = [];
        var from = 0;
        for (var at = text.IndexOf(separator, StringComparison.Ordinal); at >= 0 && parts.Count < most;
             at = text.IndexOf(separator, from, StringComparison.Ordinal))
        {
            parts.Add(text[from..at]);
            from = at + separator.Length;
        }

        parts.Add(text[from..]);
        return parts;
    }

    private static List<string> AtSeparatorFromEnd(string text, string separator, int most)
    {
        List<string> parts = [];
        var end = text.Length;
        for (var at = text.AsSpan().LastIndexOf(separator); at >= 0 && parts.Count < most;
             at = text.AsSpan(0, end).LastIndexOf(separator))
        {
            parts.Add(text[(at + separator.Length)..end]);
            end = at;
        }

        parts.Add(text[..end]);
        parts.Reverse();
        return parts;
    }

    private static List<string> AtBlanks(string text, int most)
    {
        List<string> parts = [];
        var at = 0;
        while (true)
        {
            while (at < text.Length && PythonText.IsSpace(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                return parts;
            }

            if (parts.Count == most)
            {
                parts.Add(text[at..]);
                return parts;
            }

            var start = at;
            while (at < text.Length && !PythonText.IsSpace(text[at]))
            {
                at++;
            }

            parts.Add(text[start..at]);
        }
    }

    private static List<string> AtBlanksFromEnd(string text, int most)
    {
        List<string> parts = [];
        var rest = PythonText.TrimEnd(text);
        while (!rest.IsEmpty && parts.Count < most)
        {
            var start = rest.Length;
            while (start > 0 && !PythonText.IsSpace(rest[start - 1]))
            {
                start--;
            }

            parts.Add(rest[start..].ToString());
            rest = PythonText.TrimEnd(rest[..start]);
        }

        if (!rest.IsEmpty)
        {
            parts.Add(rest.ToString());
        }

        parts.Reverse();
        return parts;
    }

    private static bool IsLineBreak(char c) =>
        c is '\n' or '\r' or '\v' or '\f' or '\u001c' or '\u001d' or '\u001e' or '\u0085' or '\u2028' or '\u2029';
}
