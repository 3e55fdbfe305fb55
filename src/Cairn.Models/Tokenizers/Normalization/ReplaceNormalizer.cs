namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>Replaces every occurrence of a text; the replacement stands for the last character replaced.</summary>
internal sealed class ReplaceNormalizer(string pattern, string replacement) : Normalizer
{
    public override string Name => $"replace({pattern}→{replacement})";

    public override bool IsNormalized(ReadOnlySpan<char> text) => !text.Contains(pattern, StringComparison.Ordinal);

    public override void Apply(TextBuffer source, bool startsText, TextBuffer destination)
    {
        var at = 0;
        while (true)
        {
            var found = source.Text[at..].IndexOf(pattern, StringComparison.Ordinal);
            if (found < 0) break;

            destination.Append(source, at, at + found);
            at += found + pattern.Length;
            foreach (var character in replacement)
            {
                destination.Append(character, source.RangeAt(at - 1));
            }
        }

        destination.Append(source, at, source.Length);
    }
}
