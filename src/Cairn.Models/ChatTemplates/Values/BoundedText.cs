using System.Text;

namespace Cairn.Models.ChatTemplates.Values;

/// <summary>Text under construction that refuses to grow past a limit, checked before memory is taken.</summary>
internal sealed class BoundedText(int maxLength)
{
    private readonly StringBuilder _text = new();

    public int Length => _text.Length;

    public BoundedText Append(string text) => Append(text.AsSpan());

    public BoundedText Append(ReadOnlySpan<char> text)
    {
        Reserve(text.Length);
        _text.Append(text);
        return this;
    }

    public BoundedText Append(char c, int count = 1)
    {
        Reserve(count);
        _text.Append(c, Math.Max(count, 0));
        return this;
    }

    /// <summary>Appends the text <paramref name="count"/> times.</summary>
    public BoundedText AppendRepeated(string text, long count)
    {
        if (count <= 0 || text.Length == 0)
        {
            return this;
        }

        Reserve(count > maxLength ? long.MaxValue : text.Length * count);
        _text.Insert(_text.Length, text, (int)count);
        return this;
    }

    public override string ToString() => _text.ToString();

    private void Reserve(long count)
    {
        if (count > maxLength - _text.Length)
        {
            throw Fault.Limit($"Text grew past the limit of {maxLength} characters.");
        }
    }
}
