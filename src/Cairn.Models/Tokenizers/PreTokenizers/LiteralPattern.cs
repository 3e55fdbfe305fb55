namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>Every occurrence of a text.</summary>
internal sealed class LiteralPattern(string literal) : PiecePattern
{
    public override string Name => $"'{literal}'";

    public override void Find(ReadOnlySpan<char> text, List<TextRange> matches)
    {
        for (var at = 0; literal.Length > 0 && text[at..].IndexOf(literal, StringComparison.Ordinal) is >= 0 and var found;)
        {
            matches.Add(new TextRange(at + found, at + found + literal.Length));
            at += found + literal.Length;
        }
    }
}
