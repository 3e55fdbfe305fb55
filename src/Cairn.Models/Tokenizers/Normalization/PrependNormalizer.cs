namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>Puts a text before every text that is not empty; it stands for the first character.</summary>
internal sealed class PrependNormalizer(string text) : Normalizer
{
    public override string Name => $"prepend({text})";

    public override void Apply(TextBuffer source, bool startsText, TextBuffer destination)
    {
        if (source.Length == 0) return;

        foreach (var character in text)
        {
            destination.Append(character, source.RangeAt(0));
        }

        destination.Append(source, 0, source.Length);
    }
}
