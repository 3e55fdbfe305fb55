namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>Turns a run of spaces into one, which stands for the last of them.</summary>
internal sealed class CollapseSpacesNormalizer : Normalizer
{
    public override string Name => "collapse-spaces";

    public override bool IsNormalized(ReadOnlySpan<char> text) => !text.Contains("  ", StringComparison.Ordinal);

    public override void Apply(TextBuffer source, bool startsText, TextBuffer destination)
    {
        var text = source.Text;
        var kept = 0;
        for (var at = 0; at + 1 < text.Length; at++)
        {
            if (text[at] != ' ' || text[at + 1] != ' ') continue;

            destination.Append(source, kept, at);
            kept = at + 1;
        }

        destination.Append(source, kept, text.Length);
    }
}
