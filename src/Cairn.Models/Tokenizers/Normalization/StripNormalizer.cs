namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>Drops whitespace at the ends of a text.</summary>
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override string Name => $"strip({left},{right})";

    public override bool IsNormalized(ReadOnlySpan<char> text) =>
        text.Length > 0 && !(left && char.IsWhiteSpace(text[0])) && !(right && char.IsWhiteSpace(text[^1]));

    public override void Apply(TextBuffer source, bool startsText, TextBuffer destination)
    {
        var (start, end) = (0, source.Length);
        while (left && start < end && char.IsWhiteSpace(source.Text[start]))
        {
            start++;
        }

        while (right && end > start && char.IsWhiteSpace(source.Text[end - 1]))
        {
            end--;
        }

        destination.Append(source, start, end);
    }
}
