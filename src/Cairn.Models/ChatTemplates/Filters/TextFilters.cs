using System.Text.RegularExpressions;
using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Filters;

/// <summary>Filters that turn their subject into text and change it.</summary>
internal static partial class TextFilters
{
    private const int TruncationLeeway = 5;

    public static IReadOnlyList<BuiltinFunction> All { get; } =
    [
        new("capitalize", "", static call => Same(call, PythonCase.Capitalize(call.Text))),
        new("center", "width?", Center),
        new("format", "* **", Format),
        new("indent", "width? first? blank?", Indent),
        new("lower", "", static call => Same(call, PythonCase.Lower(call.Text))),
        new("replace", "old new count?", Replace),
        new("title", "", static call => Same(call, Title(call.Text))),
        new("trim", "chars?", static call => Same(call, Stripping.Strip(call, start: true, end: true))),
        new("truncate", "length? killwords? end? leeway?", Truncate),
        new("upper", "", static call => Same(call, PythonCase.Upper(call.Text))),
        new("wordcount", "", static call => new IntegerValue(Words().Count(call.Text))),
        new("wordwrap", "width? break_long_words? wrapstring? break_on_hyphens?", WordWrap),
    ];

    // Text that was safe stays so.
    private static StringValue Same(Invocation call, string text) =>
        new(text, call.Subject is StringValue { IsMarkup: true });

    private static StringValue Center(Invocation call)
    {
        var width = call.Integer(0, 80);
        call.Context.CheckLength(width);
        var missing = width - PythonText.CountCodePoints(call.Text);
        return Same(call, missing <= 0 ? call.Text : Padding.Center(call.Text, missing, " "));
    }

    private static StringValue Format(Invocation call)
    {
        if (call.Rest is { Positional.Count: > 0, Named.Count: > 0 })
        {
            throw Fault.Other("can't handle positional and keyword arguments at the same time");
        }

        var entries = MappingValue.NewEntries();
        foreach (var (name, value) in call.Rest.Named)
        {
            entries[new StringValue(name)] = value;
        }

        return PercentFormat.Apply(
            call.Context,
            new StringValue(call.Text),
            entries.Count > 0 ? new MappingValue(entries) : new TupleValue(call.Rest.Positional));
    }

    private static StringValue Indent(Invocation call)
    {
        if (call.Subject is not StringValue)
        {
            throw call.Subject is UndefinedValue undefined
                ? undefined.Fail()
                : Fault.Other($"unsupported operand type(s) for +=: '{call.Subject.TypeName}' and 'str'");
        }

        var indent = call[0] is StringValue { Text: var given } ? given : Blanks(call);
        var lines = StringSplit.Lines(call.Context, call.Text + "\n", keepEnds: false).Elements;
        var text = call.Context.NewText();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = ((StringValue)lines[i]).Text;
            var isIndented = i == 0 ? call.Flag(1) : line.Length > 0 || call.Flag(2);
            text.Append(i == 0 ? "" : "\n").Append(isIndented ? indent : "").Append(line);
        }

        return Same(call, text.ToString());
    }

    private static string Blanks(Invocation call)
    {
        var width = Math.Max(0, call.Integer(0, 4));
        call.Context.CheckLength(width);
        return new string(' ', width);
    }

    // A capital after each separator, everything else small: unlike Python's str.title, "it's" stays one word.
    private static string Title(string text) => string.Concat(TitleParts().Split(text).Select(static part =>
        part.Length == 0 ? "" : PythonCase.Upper(FirstOf(part)) + PythonCase.Lower(part[FirstOf(part).Length..])));

    private static string FirstOf(string text) =>
        text[..(text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : 1)];

    private static StringValue Replace(Invocation call)
    {
        var old = call.Context.TextOf(call[0]!);
        var @new = call.Context.TextOf(call[1]!);
        return new StringValue(Replacement.Replace(call.Context, call.Text, old, @new, call.Integer(2, -1)));
    }

    private static StringValue WordWrap(Invocation call)
    {
        var breaksLongWords = call[1]?.IsTrue ?? true;
        var breaksOnHyphens = call[3]?.IsTrue ?? true;
        return new StringValue(TextWrap.Wrap(
            call.Context, call.Text, call.Integer(0, 79), breaksLongWords, call.String(2) ?? "\n", breaksOnHyphens));
    }

    private static StringValue Truncate(Invocation call)
    {
        var text = (StringValue)(call.Subject as StringValue ?? new StringValue(call.Text));
        var length = call.Integer(0, 255);
        var end = call.String(2) ?? "...";
        var kept = length - PythonText.CountCodePoints(end);
        if (kept < 0)
        {
            throw Fault.Other($"expected length >= {length - kept}, got {length}");
        }

        if (text.Length <= (long)length + call.Integer(3, TruncationLeeway))
        {
            return text;
        }

        var cut = text.Slice(SliceRange.Resolve(null, kept, null, text.Length!.Value)).Text;
        var blank = call.Flag(1) ? -1 : cut.LastIndexOf(' ');
        return new StringValue((blank < 0 ? cut : cut[..blank]) + end);
    }

    [GeneratedRegex(@"([-\s({\[<]+)", RegexOptions.CultureInvariant)]
    private static partial Regex TitleParts();

    [GeneratedRegex(@"\w+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
