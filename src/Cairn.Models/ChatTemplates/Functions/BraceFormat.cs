using System.Globalization;
using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>
/// Python's <c>str.format</c>: <c>{}</c>, <c>{0}</c>, <c>{name.attribute[key]!r:spec}</c>, in the sandbox.
/// </summary>
internal sealed class BraceFormat
{
    private readonly RenderContext _context;
    private readonly CallArguments _arguments;
    private readonly MappingValue? _mapping;
    private int _next;
    private bool? _isNumbered;

    private BraceFormat(RenderContext context, CallArguments arguments, MappingValue? mapping)
    {
        _context = context;
        _arguments = arguments;
        _mapping = mapping;
    }

    public static StringValue Apply(RenderContext context, StringValue format, CallArguments arguments) =>
        new(new BraceFormat(context, arguments, null).Run(format.Text, depth: 2));

    public static StringValue ApplyMapping(RenderContext context, StringValue format, Value mapping) =>
        new(new BraceFormat(context, CallArguments.None, mapping as MappingValue
            ?? throw Fault.Other($"format_map() needs a mapping, not {mapping.TypeName}")).Run(format.Text, depth: 2));

    private string Run(string format, int depth)
    {
        if (depth == 0)
        {
            throw Fault.Other("Max string recursion exceeded");
        }

        var result = _context.NewText();
        for (var i = 0; i < format.Length; i++)
        {
            var c = format[i];
            if (c is '{' or '}' && i + 1 < format.Length && format[i + 1] == c)
            {
                result.Append(c);
                i++;
            }
            else if (c == '}')
            {
                throw Fault.Other("Single '}' encountered in format string");
            }
            else if (c == '{')
            {
                var end = FindEnd(format, i + 1);
                result.Append(FormatField(format[(i + 1)..end], depth));
                i = end;
            }
            else
            {
                result.Append(c);
            }
        }

        return result.ToString();
    }

    private static int FindEnd(string format, int from)
    {
        var open = 1;
        for (var i = from; i < format.Length; i++)
        {
            open += format[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (open == 0)
            {
                return i;
            }
        }

        throw Fault.Other("expected '}' before end of string");
    }

    private string FormatField(string field, int depth)
    {
        // The name ends at "!" or ":" outside of brackets.
        var end = 0;
        for (var inBrackets = false; end < field.Length && (inBrackets || field[end] is not ('!' or ':')); end++)
        {
            inBrackets = field[end] == '[' || (inBrackets && field[end] != ']');
        }

        var value = Resolve(field[..end]);
        var rest = field[end..];
        if (rest.StartsWith('!'))
        {
            if (rest.Length < 2 || (rest.Length > 2 && rest[2] != ':'))
            {
                throw Fault.Other("expected ':' after conversion specifier");
            }

            value = rest[1] switch
            {
                's' => new StringValue(_context.TextOf(value)),
                'r' or 'a' => new StringValue(value.ToString()),
                var other => throw Fault.Other($"Unknown conversion specifier {other}"),
            };
            rest = rest[2..];
        }

        var spec = rest.StartsWith(':') ? Run(rest[1..], depth - 1) : "";
        return FormatSpec.Apply(_context, value, spec);
    }

    private Value Resolve(string name)
    {
        var end = name.AsSpan().IndexOfAny('.', '[');
        var first = end < 0 ? name : name[..end];
        var value = Argument(first);
        for (var at = end < 0 ? name.Length : end; at < name.Length;)
        {
            if (name[at] == '.')
            {
                var next = name.AsSpan(at + 1).IndexOfAny('.', '[');
                next = next < 0 ? name.Length : at + 1 + next;
                value = Access.Attribute(value, name[(at + 1)..next]);
                at = next;
                continue;
            }

            var close = name.IndexOf(']', at);
            if (name[at] != '[' || close < 0)
            {
                throw Fault.Other("Missing ']' in format string");
            }

            var key = name[(at + 1)..close];
            value = Access.Item(value, int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? new IntegerValue(index)
                : new StringValue(key));
            at = close + 1;
        }

        return value;
    }

    private Value Argument(string name)
    {
        if (name.Length == 0 || int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            var isNumbered = name.Length > 0;
            if ((_isNumbered ??= isNumbered) != isNumbered)
            {
                throw Fault.Other("cannot mix automatic field numbering with manual field specification");
            }

            var index = isNumbered ? int.Parse(name, CultureInfo.InvariantCulture) : _next++;
            return index < _arguments.Positional.Count
                ? _arguments.Positional[index]
                : throw Fault.Other($"Replacement index {index} out of range for positional args tuple");
        }

        foreach (var (key, value) in _arguments.Named)
        {
            if (key == name)
            {
                return value;
            }
        }

        return _mapping?.FindItem(new StringValue(name)) ?? throw Fault.Other(PythonText.Represent(name));
    }
}
