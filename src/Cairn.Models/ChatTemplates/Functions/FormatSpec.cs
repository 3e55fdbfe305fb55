using System.Globalization;
using System.Text.RegularExpressions;
using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>Python's format mini-language: <c>[[fill]align][sign][#][0][width][,][.precision][type]</c>.</summary>
internal static partial class FormatSpec
{
    public static string Apply(RenderContext context, Value value, string spec)
    {
        if (spec.Length == 0)
        {
            return context.TextOf(value);
        }

        var match = Pattern().Match(spec);
        if (!match.Success)
        {
            throw Fault.Other($"Invalid format specifier '{spec}' for object of type '{value.TypeName}'");
        }

        var width = Number(match.Groups["width"].Value) ?? 0;
        context.CheckLength(width);
        var isNumber = (PythonNumbers.IsNumber(value) && value is not BooleanValue) ||
            match.Groups["type"].Value is not ("" or "s");
        var text = isNumber ? FormatNumber(value, match) : FormatText(context, value, match);
        return Align(text, match, width, isNumber);
    }

    private static string FormatText(RenderContext context, Value value, Match match)
    {
        var text = context.TextOf(value);
        return Number(match.Groups["precision"].Value) is { } length
            ? string.Concat(PythonText.CodePoints(text).Take(length))
            : text;
    }

    private static string FormatNumber(Value value, Match match)
    {
        var type = match.Groups["type"].Value is [var letter] ? letter : '\0';
        var precision = Number(match.Groups["precision"].Value);
        if (!PythonNumbers.IsNumber(value))
        {
            throw Fault.Other($"Unknown format code '{type}' for object of type '{value.TypeName}'");
        }

        var text = type switch
        {
            'd' or 'n' or 'b' or 'o' or 'x' or 'X' or '\0' when PythonNumbers.TryGetInteger(value, out var number) =>
                NumberFormat.Integer(number, type is '\0' or 'n' ? 'd' : type, null),
            '\0' when precision is null => PythonNumbers.Represent(PythonNumbers.ToDouble(value)),
            '\0' or 'n' => NumberFormat.Real(PythonNumbers.ToDouble(value), 'g', precision ?? 6),
            '%' => NumberFormat.Real(PythonNumbers.ToDouble(value) * 100, 'f', precision ?? 6) + "%",
            'e' or 'E' or 'f' or 'F' or 'g' or 'G' =>
                NumberFormat.Real(PythonNumbers.ToDouble(value), type, precision ?? 6),
            _ => throw Fault.Other($"Unknown format code '{type}' for object of type '{value.TypeName}'"),
        };
        text = match.Groups["alternate"].Success && type is 'b' or 'o' or 'x' or 'X' ? AddPrefix(text, type) : text;
        text = match.Groups["group"].Value is [var separator] ? Group(text, separator) : text;
        var sign = match.Groups["sign"].Value;
        return text.StartsWith('-') || sign is "" or "-" ? text : sign + text;
    }

    private static string AddPrefix(string text, char type) =>
        text.StartsWith('-') ? $"-0{type}{text[1..]}" : $"0{type}{text}";

    private static string Group(string text, char separator)
    {
        var start = text.StartsWith('-') ? 1 : 0;
        var end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        for (var i = end - 3; i > start; i -= 3)
        {
            text = text.Insert(i, separator.ToString());
        }

        return text;
    }

    private static string Align(string text, Match match, int width, bool isNumber)
    {
        var missing = width - PythonText.CountCodePoints(text);
        if (missing <= 0)
        {
            return text;
        }

        var zero = match.Groups["zero"].Success;
        var fill = match.Groups["fill"] is { Success: true, Value: var given } ? given : zero ? "0" : " ";
        var align = match.Groups["align"] is { Success: true, Value: var side } ? side
            : zero && isNumber ? "=" : isNumber ? ">" : "<";
        string Fill(int count) => string.Concat(Enumerable.Repeat(fill, count));
        var sign = text.Length > 0 && text[0] is '-' or '+' or ' ' ? 1 : 0;
        return align switch
        {
            "<" => text + Fill(missing),
            "^" => Fill(missing / 2) + text + Fill(missing - (missing / 2)),
            "=" => text[..sign] + Fill(missing) + text[sign..],
            _ => Fill(missing) + text,
        };
    }

    private static int? Number(string digits) => digits.Length == 0 ? null
        : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw Fault.Other("Too many decimal digits in format string");

    [GeneratedRegex(
        @"^(?:(?<fill>[^{}])?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alternate>#)?(?<zero>0)?(?<width>\d*)(?<group>[,_])?" +
        @"(?:\.(?<precision>\d+))?(?<type>[a-zA-Z%])?$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
