using System.Globalization;
using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>
/// The <c>tojson</c> filter as transformers defines it: Python's <c>json.dumps</c>, without HTML escapes.
/// </summary>
internal sealed class JsonText
{
    private readonly RenderContext _context;
    private readonly BoundedText _text;
    private readonly bool _asciiOnly;
    private readonly string? _indent;
    private readonly string _itemSeparator;
    private readonly string _keySeparator;
    private readonly bool _sortsKeys;

    private JsonText(Invocation call)
    {
        _context = call.Context;
        _text = call.Context.NewText();
        _asciiOnly = call.Flag(0);
        _indent = Indent(call);
        (_itemSeparator, _keySeparator) = Separators(call, _indent is not null);
        _sortsKeys = call.Flag(3);
    }

    /// <summary>
    /// Arguments: <c>ensure_ascii</c>, <c>indent</c> (blanks or a text), <c>separators</c>, <c>sort_keys</c>.
    /// </summary>
    public static StringValue Serialize(Invocation call)
    {
        var json = new JsonText(call);
        json.Write(call.Subject, 0);
        return new StringValue(json._text.ToString());
    }

    private static string? Indent(Invocation call)
    {
        if (call[1] is StringValue { Text: var text })
        {
            return text;
        }

        if (!call.Has(1))
        {
            return null;
        }

        var width = Math.Max(0, call.Integer(1, 0));
        call.Context.CheckLength(width);
        return new string(' ', width);
    }

    private static (string Item, string Key) Separators(Invocation call, bool isIndented) => call[2] switch
    {
        null or NoneValue => (isIndented ? "," : ", ", ": "),
        SequenceValue { Elements: [StringValue { Text: var item }, StringValue { Text: var key }] } => (item, key),
        _ => throw Fault.Other("separators must be two strings"),
    };

    private void Write(Value value, int depth)
    {
        Fault.EnsureStack();
        switch (value)
        {
            case StringValue { Text: var text }: WriteString(text); break;
            case NoneValue: _text.Append("null"); break;
            case BooleanValue: _text.Append(value.IsTrue ? "true" : "false"); break;
            case IntegerValue integer: integer.Represent(_text); break;
            case FloatValue { Number: var number }: _text.Append(Real(number)); break;
            case SequenceValue sequence: WriteSequence(sequence, depth); break;
            case MappingValue mapping: WriteMapping(mapping, depth); break;
            default: throw Fault.Other($"Object of type {value.TypeName} is not JSON serializable");
        }
    }

    private void WriteSequence(SequenceValue sequence, int depth)
    {
        _text.Append('[');
        for (var i = 0; i < sequence.Elements.Count; i++)
        {
            StartItem(i == 0, depth + 1);
            Write(sequence.Elements[i], depth + 1);
        }

        Close(']', sequence.Elements.Count == 0, depth);
    }

    private void WriteMapping(MappingValue mapping, int depth)
    {
        _text.Append('{');
        var isFirst = true;
        IEnumerable<KeyValuePair<Value, Value>> entries = _sortsKeys ? Sorted(mapping) : mapping.Entries;
        foreach (var (key, value) in entries)
        {
            StartItem(isFirst, depth + 1);
            isFirst = false;
            WriteString(Key(key));
            _text.Append(_keySeparator);
            Write(value, depth + 1);
        }

        Close('}', isFirst, depth);
    }

    private List<KeyValuePair<Value, Value>> Sorted(MappingValue mapping) =>
        StableSort.By(_context, [.. mapping.Entries], static entry => entry.Key, descending: false);

    private void StartItem(bool isFirst, int depth)
    {
        _text.Append(isFirst ? "" : _itemSeparator);
        NewLine(depth);
    }

    private void Close(char bracket, bool isEmpty, int depth)
    {
        if (!isEmpty)
        {
            NewLine(depth);
        }

        _text.Append(bracket);
    }

    private void NewLine(int depth)
    {
        if (_indent is not null)
        {
            _text.Append('\n').AppendRepeated(_indent, depth);
        }
    }

    private static string Key(Value key) => key switch
    {
        StringValue { Text: var text } => text,
        NoneValue => "null",
        BooleanValue => key.IsTrue ? "true" : "false",
        FloatValue { Number: var number } => Real(number),
        IntegerValue => key.ToString(),
        _ => throw Fault.Other($"keys must be str, int, float, bool or None, not {key.TypeName}"),
    };

    private static string Real(double number) => double.IsNaN(number) ? "NaN"
        : double.IsInfinity(number) ? number > 0 ? "Infinity" : "-Infinity"
        : PythonNumbers.Represent(number);

    private void WriteString(string text)
    {
        _text.Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"': _text.Append("\\\""); break;
                case '\\': _text.Append("\\\\"); break;
                case '\n': _text.Append("\\n"); break;
                case '\r': _text.Append("\\r"); break;
                case '\t': _text.Append("\\t"); break;
                case '\f': _text.Append("\\f"); break;
                case '\b': _text.Append("\\b"); break;
                case < ' ' or > '~' when c < ' ' || _asciiOnly:
                    _text.Append(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"));
                    break;
                default: _text.Append(c); break;
            }
        }

        _text.Append('"');
    }
}
