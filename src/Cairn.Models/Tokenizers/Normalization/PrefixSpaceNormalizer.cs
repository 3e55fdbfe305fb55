namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>Puts a space before a text that does not begin with one; it stands for the first character.</summary>
internal sealed class PrefixSpaceNormalizer : Normalizer
{
    public override string Name => "prefix-space";

    public override bool IsNormalized(ReadOnlySpan<char> text) => text.Length == 0 || text[0] == ' ';

    public override void Apply(TextBuffer source, bool startsText, TextBuffer destination)
    {
        destination.Append(' ', source.RangeAt(0));
        destination.Append(source, 0, source.Length);
    }
}
