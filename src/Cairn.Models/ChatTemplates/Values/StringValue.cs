using System.Text;
using Cairn.Models.ChatTemplates.Functions;

namespace Cairn.Models.ChatTemplates.Values;

/// <summary>Python's <c>str</c>: indexes, lengths and slices count code points.</summary>
/// <param name="text">The text, UTF-16.</param>
/// <param name="isMarkup">
/// True for what <c>safe</c> and <c>escape</c> return: adding plain text to it escapes that text for HTML.
/// </param>
internal sealed class StringValue(string text, bool isMarkup = false) : Value
{
    private int[]? _codePoints;

    public static StringValue Empty { get; } = new("");

    public override string TypeName => IsMarkup ? "Markup" : "str";

    public override bool IsTrue => Text.Length > 0;

    public string Text { get; } = text;

    public bool IsMarkup { get; } = isMarkup;

    public override long Size => 1 + (Text.Length >> 6);

    public override int? Length => PythonText.CountCodePoints(Text);

    public override bool HasItems => true;

    public override IEnumerable<Value> Items => PythonText.CodePoints(Text).Select(item => new StringValue(item));

    public override IEnumerable<Value> ItemsReversed =>
        Slice(SliceRange.Resolve(null, null, -1, Length.GetValueOrDefault())).Items;

    /// <summary>The code points, made on first use.</summary>
    private int[] CodePoints => _codePoints ??= PythonText.ToCodePoints(Text);

    private bool HasSurrogates => Text.AsSpan().ContainsAnyInRange('\ud800', '\udfff');

    public override void Print(BoundedText text) => text.Append(Text);

    public override void Represent(BoundedText text)
    {
        if (IsMarkup)
        {
            text.Append("Markup(").Append(PythonText.Represent(Text)).Append(')');
        }
        else
        {
            text.Append(PythonText.Represent(Text));
        }
    }

    public override AttributeLookup FindAttribute(string name) =>
        StringMethods.Table.TryGetValue(name, out var method)
            ? AttributeLookup.Found(new BoundMethod(this, method))
            : base.FindAttribute(name);

    public override Value? FindItem(Value key)
    {
        if (PythonNumbers.ToClampedInt32(key) is not { } index)
        {
            return null;
        }

        var length = Length.GetValueOrDefault();
        index = index < 0 ? index + length : index;
        return index < 0 || index >= length ? null : Slice(new SliceRange(index, 1, 1));
    }

    public StringValue Slice(SliceRange range) => new(Cut(range), IsMarkup);

    public override bool EqualTo(Value other) => other is StringValue { Text: var text } && text == Text;

    public override bool SameAs(Value other) => EqualTo(other);

    public override int Hash() => Text.GetHashCode(StringComparison.Ordinal);

    private string Cut(SliceRange range)
    {
        if (range.Count == 0)
        {
            return "";
        }

        if (HasSurrogates)
        {
            var text = new StringBuilder(range.Count);
            for (var i = 0; i < range.Count; i++)
            {
                PythonText.Append(text, CodePoints[range.At(i)]);
            }

            return text.ToString();
        }

        return range.Step == 1
            ? Text.Substring(range.Start, range.Count)
            : string.Create(range.Count, (Text, range), static (span, state) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    span[i] = state.Text[state.range.At(i)];
                }
            });
    }
}
