using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>Methods of strings: Python's, less <c>translate</c> and <c>maketrans</c>.</summary>
internal static class StringMethods
{
    public static FrozenDictionary<string, BuiltinFunction> Table { get; } = BuiltinFunction.ToTable(
    [
        new("capitalize", "", static call => Text(PythonCase.Capitalize(call.Text))),
        new("casefold", "", static call => Text(PythonCase.Fold(call.Text))),
        new("center", "width fillchar?", static call => Padding.Apply(call, Padding.Center)),
        new("count", "sub start? end?", StringSearch.Count),
        new("encode", "encoding? errors?", Encode),
        new("endswith", "suffix start? end?", StringSearch.EndsWith),
        new("expandtabs", "tabsize?", ExpandTabs),
        new("find", "sub start? end?", StringSearch.Find),
        new("format", "* **", static call => BraceFormat.Apply(call.Context, (StringValue)call.Subject, call.Rest)),
        new("format_map", "mapping", static call =>
            BraceFormat.ApplyMapping(call.Context, (StringValue)call.Subject, call[0]!)),
        new("index", "sub start? end?", static call => StringSearch.Require(StringSearch.Find(call))),
        new("isalnum", "", static call => All(call, static rune => Rune.IsLetter(rune) || IsNumeric(rune))),
        new("isalpha", "", static call => All(call, Rune.IsLetter)),
        new("isascii", "", static call => BooleanValue.Of(Ascii.IsValid(call.Text))),
        new("isdecimal", "", static call => All(call, Rune.IsDigit)),
        new("isdigit", "", static call => All(call, IsDigit)),
        new("isidentifier", "", static call => BooleanValue.Of(IsIdentifier(call.Text))),
        new("islower", "", static call => BooleanValue.Of(PythonCase.IsLower(call.Text))),
        new("isnumeric", "", static call => All(call, IsNumeric)),
        new("isprintable", "", static call =>
            BooleanValue.Of(call.Text.EnumerateRunes().All(static rune => PythonText.IsPrintable(rune.Value)))),
        new("isspace", "", static call => BooleanValue.Of(call.Text.Length > 0 && call.Text.All(PythonText.IsSpace))),
        new("istitle", "", static call => BooleanValue.Of(PythonCase.IsTitle(call.Text))),
        new("isupper", "", static call => BooleanValue.Of(PythonCase.IsUpper(call.Text))),
        new("join", "iterable", Join),
        new("ljust", "width fillchar?", static call => Padding.Apply(call, Padding.Left)),
        new("lower", "", static call => Text(PythonCase.Lower(call.Text))),
        new("lstrip", "chars?", static call => Text(Stripping.Strip(call, start: true, end: false))),
        new("partition", "sep", static call => StringSplit.Partition(call, fromEnd: false)),
        new("removeprefix", "prefix", static call => Text(RemovePrefix(call.Text, call.String(0)!))),
        new("removesuffix", "suffix", static call => Text(RemoveSuffix(call.Text, call.String(0)!))),
        new("replace", "old new count?", static call =>
            Text(Replacement.Replace(call.Context, call.Text, call.String(0)!, call.String(1)!, call.Integer(2, -1)))),
        new("rfind", "sub start? end?", StringSearch.FindLast),
        new("rindex", "sub start? end?", static call => StringSearch.Require(StringSearch.FindLast(call))),
        new("rjust", "width fillchar?", static call => Padding.Apply(call, Padding.Right)),
        new("rpartition", "sep", static call => StringSplit.Partition(call, fromEnd: true)),
        new("rsplit", "sep? maxsplit?", static call => StringSplit.Split(call, fromEnd: true)),
        new("rstrip", "chars?", static call => Text(Stripping.Strip(call, start: false, end: true))),
        new("split", "sep? maxsplit?", static call => StringSplit.Split(call, fromEnd: false)),
        new("splitlines", "keepends?", static call => StringSplit.Lines(call.Context, call.Text, call.Flag(0))),
        new("startswith", "prefix start? end?", StringSearch.StartsWith),
        new("strip", "chars?", static call => Text(Stripping.Strip(call, start: true, end: true))),
        new("swapcase", "", static call => Text(PythonCase.Swap(call.Text))),
        new("title", "", static call => Text(PythonCase.Title(call.Text))),
        new("upper", "", static call => Text(PythonCase.Upper(call.Text))),
        new("zfill", "width", static call => Padding.Apply(call, Padding.Zeros)),
    ]);

    private static StringValue Text(string text) => new(text);

    private static BooleanValue All(Invocation call, Func<Rune, bool> holds) =>
        BooleanValue.Of(call.Text.Length > 0 && call.Text.EnumerateRunes().All(holds));

    // Digits of any script, and those in circles or raised.
    private static bool IsDigit(Rune rune) => CharUnicodeInfo.GetDigitValue(rune.ToString(), 0) >= 0;

    private static bool IsNumeric(Rune rune) => Rune.GetNumericValue(rune) >= 0;

    private static bool IsIdentifier(string text) =>
        text.Length > 0 && !char.IsDigit(text[0]) && text.All(static c => c == '_' || char.IsLetterOrDigit(c));

    private static StringValue Join(Invocation call)
    {
        var text = call.Context.NewText();
        var index = 0;
        foreach (var item in call.Context.ItemsOf(call[0]!))
        {
            if (item is not StringValue { Text: var part })
            {
                throw item is UndefinedValue undefined
                    ? undefined.Fail()
                    : Fault.Other($"sequence item {index}: expected str instance, {item.TypeName} found");
            }

            text.Append(index++ == 0 ? "" : call.Text).Append(part);
        }

        return Text(text.ToString());
    }

    private static BytesValue Encode(Invocation call)
    {
        var name = (call.String(0) ?? "utf-8").ToLowerInvariant().Replace('_', '-');
        return name switch
        {
            "utf-8" or "utf8" => new BytesValue(Encoding.UTF8.GetBytes(call.Text)),
            "ascii" or "us-ascii" when Ascii.IsValid(call.Text) => new BytesValue(Encoding.ASCII.GetBytes(call.Text)),
            "latin-1" or "latin1" or "iso-8859-1" when call.Text.All(static c => c < 256) =>
                new BytesValue(Encoding.Latin1.GetBytes(call.Text)),
            _ => throw Fault.Other($"cannot encode the text as '{name}'"),
        };
    }

    private static StringValue ExpandTabs(Invocation call)
    {
        var size = call.Integer(0, 8);
        var text = call.Context.NewText();
        var column = 0;
        foreach (var c in call.Text)
        {
            var blanks = c == '\t' && size > 0 ? size - (column % size) : 0;
            column = c is '\n' or '\r' ? 0 : column + (c == '\t' ? blanks : 1);
            text.Append(c == '\t' ? ' ' : c, c == '\t' ? blanks : 1);
        }

        return Text(text.ToString());
    }

    private static string RemovePrefix(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;

    private static string RemoveSuffix(string text, string suffix) =>
        text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text;
}
