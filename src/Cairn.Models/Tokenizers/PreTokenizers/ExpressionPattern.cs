using Cairn.Models.Tokenizers.Expressions;

namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>The matches of an expression.</summary>
internal sealed class ExpressionPattern(string expression) : PiecePattern
{
    private readonly ExpressionProgram _program = ExpressionProgram.Compile(expression);

    public override string Name => expression;

    public override void Find(ReadOnlySpan<char> text, List<TextRange> matches) => Find(text, matches, out _);

    /// <summary>Finds the matches and counts the steps that took.</summary>
    internal void Find(ReadOnlySpan<char> text, List<TextRange> matches, out long steps)
    {
        using var matcher = new ExpressionMatcher(_program, text.Length);
        for (var at = 0; matcher.TryFind(text, ref at, out var match);)
        {
            matches.Add(match);
        }

        steps = matcher.Steps;
        WorkMeter.Add(steps);
    }
}
