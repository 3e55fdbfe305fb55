using System.Buffers;
using System.Net;
using System.Text;
using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Filters;

/// <summary>Filters for HTML and addresses, few of which a chat template needs.</summary>
internal static class HtmlFilters
{
    private static readonly SearchValues<char> NameBreakers = SearchValues.Create(" \t\n\r\f\v/>=");

    public static IReadOnlyList<BuiltinFunction> All { get; } =
    [
        new("e", "", Escape),
        new("escape", "", Escape),
        new("forceescape", "", static call => new StringValue(Markup.Escape(call.Text), isMarkup: true)),
        new("safe", "", static call => new StringValue(call.Text, isMarkup: true)),
        new("striptags", "", static call => new StringValue(StripTags(call.Text), isMarkup: true)),
        new("urlencode", "", UrlEncode),
        new("xmlattr", "autospace?", XmlAttributes),
    ];

    private static StringValue Escape(Invocation call) => new(
        Markup.EscapeUnlessMarkup(call.Subject as StringValue ?? new StringValue(call.Text)), isMarkup: true);

    private static string StripTags(string text)
    {
        var plain = WebUtility.HtmlDecode(Remove(Remove(text, "<!--", "-->"), "<", ">"));
        return string.Join(' ', plain.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    // Everything from each opening to the next closing; an opening without one stays.
    private static string Remove(string text, string opening, string closing)
    {
        var result = new StringBuilder();
        var from = 0;
        while (text.IndexOf(opening, from, StringComparison.Ordinal) is >= 0 and var start &&
               text.IndexOf(closing, start, StringComparison.Ordinal) is >= 0 and var end)
        {
            result.Append(text, from, start - from);
            from = end + closing.Length;
        }

        return result.Append(text, from, text.Length - from).ToString();
    }

    private static StringValue UrlEncode(Invocation call)
    {
        if (call.Subject is StringValue || call.Subject.Items is null)
        {
            return new StringValue(Quote(call.Text, isQuery: false));
        }

        IEnumerable<IReadOnlyList<Value>> pairs = call.Subject is MappingValue mapping
            ? mapping.Entries.Select(entry => (IReadOnlyList<Value>)[entry.Key, entry.Value])
            : call.Context.ItemsOf(call.Subject).Select(call.Context.ListOf);
        string Part(Value value) => Quote(call.Context.TextOf(value), isQuery: true);
        return new StringValue(string.Join('&', pairs.Select(pair => pair.Count == 2
            ? Part(pair[0]) + "=" + Part(pair[1])
            : throw Fault.Other("urlencode needs a text or pairs of key and value"))));
    }

    private static string Quote(string text, bool isQuery)
    {
        var result = new StringBuilder();
        foreach (var item in Encoding.UTF8.GetBytes(text))
        {
            var c = (char)item;
            if (char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '~' || (c == '/' && !isQuery))
            {
                result.Append(c);
            }
            else
            {
                result.Append(c == ' ' && isQuery ? "+" : $"%{item:X2}");
            }
        }

        return result.ToString();
    }

    private static StringValue XmlAttributes(Invocation call)
    {
        if (call.Subject is not MappingValue mapping)
        {
            throw Fault.Other($"'{call.Subject.TypeName}' object has no attribute 'items'");
        }

        var text = call.Context.NewText();
        foreach (var (key, value) in mapping.Entries)
        {
            if (value is NoneValue or UndefinedValue)
            {
                continue;
            }

            var name = call.Context.TextOf(key);
            if (name.AsSpan().ContainsAny(NameBreakers))
            {
                throw Fault.Other($"Invalid character in attribute name: {key}");
            }

            text.Append(text.Length > 0 || (call[0]?.IsTrue ?? true) ? " " : "")
                .Append(Markup.Escape(name))
                .Append("=\"")
                .Append(Markup.Escape(call.Context.TextOf(value)))
                .Append('"');
        }

        return new StringValue(text.ToString());
    }
}
