using Cairn.Models.ChatTemplates.Functions;

namespace Cairn.Models.ChatTemplates.Values;

/// <summary>Python's <c>str</c>: indexes, lengths and slices count code points.</summary>
/// <param name="text">The text, UTF-16.</param>
/// <param name="isMarkup">
/// True for what <c>safe</c> and <c>escape</c> return: adding plain text to it escapes that text for HTML.
/// </param>
internal sealed class StringValue(string text, bool isMarkup = false) : Value
{
    private string[]? _codePoints;

    public static StringValue Empty { get; } = new("");

    public override string TypeName => IsMarkup ? "Markup" : "str";

    public override bool IsTrue => Text.Length > 0;

    public string Text { get; } = text;

    public bool IsMarkup { get; } = isMarkup;

    public override int? Length => PythonText.CountCodePoints(Text);

    public override bool HasItems => true;

    public override IEnumerable<Value> Items => PythonText.CodePoints(Text).Select(item => new StringValue(item));

    public override IEnumerable<Value> ItemsReversed => CodePoints.Reverse().Select(item => new StringValue(item));

    /// <summary>The code points, made on first use.</summary>
    private string[] CodePoints => _codePoints ??= [.. PythonText.CodePoints(Text)];

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

    public StringValue Slice(SliceRange range)
    {
        if (range.Count == 0)
        {
            return Empty;
        }

        if (!HasSurrogates)
        {
            return range.Step == 1
                ? new StringValue(Text.Substring(range.Start, range.Count))
                : new StringValue(string.Create(range.Count, (Text, range), static (span, state) =>
                {
                    for (var i = 0; i < span.Length; i++)
                    {
                        span[i] = state.Text[state.range.At(i)];
                    }
                }));
        }

        return new StringValue(string.Concat(Enumerable.Range(0, range.Count).Select(i => CodePoints[range.At(i)])));
    }

    public override bool EqualTo(Value other) => other is StringValue { Text: var text } && text == Text;

    public override bool SameAs(Value other) => EqualTo(other);

    public override int Hash() => Text.GetHashCode(StringComparison.Ordinal);
}
