using System.Globalization;
using System.Numerics;
using System.Text;
using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>
/// Python's <c>format % values</c>, printf style: <c>%s %r %d %i %u %x %o %f %e %g %c %%</c> with flags.
/// </summary>
internal sealed class PercentFormat
{
    private readonly RenderContext _context;
    private readonly string _format;
    private readonly bool _escapes;
    private readonly Value _values;
    private readonly IReadOnlyList<Value> _list;
    private readonly BoundedText _result;
    private int _at;
    private int _next;

    private PercentFormat(RenderContext context, StringValue format, Value values)
    {
        _context = context;
        _format = format.Text;
        _escapes = format.IsMarkup;
        _values = values;
        _list = values is TupleValue tuple ? tuple.Elements : [values];
        _result = context.NewText();
    }

    public static StringValue Apply(RenderContext context, StringValue format, Value values) =>
        new(new PercentFormat(context, format, values).Run(), format.IsMarkup);

    private string Run()
    {
        while (_at < _format.Length)
        {
            var c = _format[_at++];
            if (c == '%')
            {
                FormatOne();
            }
            else
            {
                _result.Append(c);
            }
        }

        // A value that has items may be there for its keys.
        if (_next < _list.Count && _values is not (MappingValue or ListValue or UndefinedValue))
        {
            throw Fault.Other("not all arguments converted during string formatting");
        }

        return _result.ToString();
    }

    private void FormatOne()
    {
        var key = ReadKey();
        var flags = "";
        while (_at < _format.Length && _format[_at] is '#' or '0' or '-' or ' ' or '+')
        {
            flags += _format[_at++];
        }

        var width = ReadNumber() ?? 0;
        int? precision = null;
        if (_at < _format.Length && _format[_at] == '.')
        {
            _at++;
            precision = ReadNumber() ?? 0;
        }

        while (_at < _format.Length && _format[_at] is 'l' or 'L' or 'h')
        {
            _at++;
        }

        if (_at >= _format.Length)
        {
            throw Fault.Other("incomplete format");
        }

        var conversion = _format[_at++];
        if (conversion == '%')
        {
            _result.Append('%');
            return;
        }

        _context.CheckLength(Math.Max(width, precision ?? 0));
        var value = key is null ? TakeNext() : FindKey(key);
        AppendPadded(Convert(conversion, value, flags, precision), flags, width, conversion);
    }

    private string? ReadKey()
    {
        if (_at >= _format.Length || _format[_at] != '(')
        {
            return null;
        }

        var end = _format.IndexOf(')', _at);
        if (end < 0)
        {
            throw Fault.Other("incomplete format key");
        }

        var key = _format[(_at + 1)..end];
        _at = end + 1;
        return key;
    }

    private int? ReadNumber()
    {
        if (_at < _format.Length && _format[_at] == '*')
        {
            _at++;
            return PythonNumbers.ToClampedInt32(TakeNext()) ?? throw Fault.Other("* wants int");
        }

        var start = _at;
        while (_at < _format.Length && char.IsAsciiDigit(_format[_at]))
        {
            _at++;
        }

        return _at == start
            ? null
            : int.TryParse(_format.AsSpan(start, _at - start), CultureInfo.InvariantCulture, out var number)
                ? number
                : throw Fault.Other("width too big");
    }

    private Value TakeNext() => _next < _list.Count
        ? _list[_next++]
        : throw Fault.Other("not enough arguments for format string");

    private Value FindKey(string key) => _values is MappingValue mapping
        ? mapping.FindItem(new StringValue(key)) ?? throw Fault.Other(PythonText.Represent(key))
        : throw Fault.Other("format requires a mapping");

    private string Convert(char conversion, Value value, string flags, int? precision)
    {
        switch (conversion)
        {
            case 's': return Cut(Escape(value, _context.TextOf(value)), precision);
            case 'r' or 'a': return Cut(Escape(value, value.ToString()), precision);
            case 'c': return Character(value);
            case 'd' or 'i' or 'u': return Sign(NumberFormat.Integer(Whole(value, conversion), 'd', precision), flags);
            case 'x' or 'X' or 'o':
                if (!PythonNumbers.TryGetInteger(value, out var number))
                {
                    throw Fault.Other($"%{conversion} format: an integer is required, not {value.TypeName}");
                }

                var prefix = flags.Contains('#') ? "0" + conversion : "";
                var digits = NumberFormat.Integer(number, conversion, precision);
                return Sign(digits.StartsWith('-') ? "-" + prefix + digits[1..] : prefix + digits, flags);
            case 'f' or 'F' or 'e' or 'E' or 'g' or 'G':
                return PythonNumbers.IsNumber(value)
                    ? Sign(NumberFormat.Real(PythonNumbers.ToDouble(value), conversion, precision ?? 6), flags)
                    : throw Fault.Other($"must be real number, not {value.TypeName}");
            default: throw Fault.Other($"unsupported format character '{conversion}' (0x{(int)conversion:x})");
        }
    }

    // Putting plain text into safe text escapes it.
    private string Escape(Value value, string text) =>
        _escapes && value is not StringValue { IsMarkup: true } ? Markup.Escape(text) : text;

    private static BigInteger Whole(Value value, char conversion) => value switch
    {
        FloatValue { Number: var real } when double.IsFinite(real) => new BigInteger(Math.Truncate(real)),
        UndefinedValue undefined => throw undefined.Fail(),
        _ when PythonNumbers.TryGetInteger(value, out var number) => number,
        _ => throw Fault.Other($"%{conversion} format: a real number is required, not {value.TypeName}"),
    };

    private static string Character(Value value) => value switch
    {
        StringValue { Length: 1, Text: var text } => text,
        _ when PythonNumbers.ToClampedInt32(value) is { } code && Rune.IsValid(code) => new Rune(code).ToString(),
        _ => throw Fault.Other("%c requires int or char"),
    };

    private static string Cut(string text, int? precision) => precision is { } length
        ? string.Concat(PythonText.CodePoints(text).Take(length))
        : text;

    private static string Sign(string number, string flags) => number.StartsWith('-') ? number
        : flags.Contains('+') ? "+" + number
        : flags.Contains(' ') ? " " + number
        : number;

    private void AppendPadded(string text, string flags, int width, char conversion)
    {
        var missing = Math.Max(0, Math.Abs(width) - PythonText.CountCodePoints(text));
        if (flags.Contains('-') || width < 0)
        {
            _result.Append(text).Append(' ', missing);
        }
        else if (flags.Contains('0') && conversion is not ('s' or 'r' or 'a' or 'c'))
        {
            var sign = text.Length > 0 && text[0] is '+' or '-' or ' ' ? 1 : 0;
            _result.Append(text.AsSpan(0, sign)).Append('0', missing).Append(text.AsSpan(sign));
        }
        else
        {
            _result.Append(' ', missing).Append(text);
        }
    }
}
