using Cairn.Models.Tokenizers.PreTokenizers;

namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>Replaces every match of an expression by a text, which stands for the last character replaced.</summary>
internal sealed class ReplaceExpressionNormalizer(ExpressionPattern pattern, string replacement) : Normalizer
{
    public override string Name => $"replace(/{pattern.Name}/→{replacement})";

    public override void Apply(TextBuffer source, bool startsText, TextBuffer destination)
    {
        var matches = new List<TextRange>();
        pattern.Find(source.Text, matches);
        var at = 0;
        foreach (var match in matches)
        {
            destination.Append(source, at, match.Start);
            var range = source.RangeAt(Math.Max(0, match.End - 1));
            foreach (var character in replacement)
            {
                destination.Append(character, range);
            }

            at = match.End;
        }

        destination.Append(source, at, source.Length);
    }
}
