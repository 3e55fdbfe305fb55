using Cairn.Models.ChatTemplates.Lexing;

namespace Cairn.Models.ChatTemplates.Parsing;

/// <summary>Reads tokens one by one, with one of look-ahead.</summary>
internal sealed class TokenStream(IReadOnlyList<Token> tokens)
{
    private int _index;

    public Token Current => tokens[_index];

    public Token Following => tokens[Math.Min(_index + 1, tokens.Count - 1)];

    public Token Next()
    {
        var token = Current;
        _index = Math.Min(_index + 1, tokens.Count - 1);
        return token;
    }

    public bool Is(TokenKind kind) => Current.Kind == kind;

    public bool IsName(string name) => Current.Kind == TokenKind.Name && Current.Text == name;

    public bool IsOperator(string text) => Current.Kind == TokenKind.Operator && Current.Text == text;

    public bool SkipName(string name) => SkipIf(IsName(name));

    public bool SkipOperator(string text) => SkipIf(IsOperator(text));

    public Token Expect(TokenKind kind, string description) =>
        Is(kind) ? Next() : throw Unexpected(description);

    public void ExpectOperator(string text)
    {
        if (!SkipOperator(text))
        {
            throw Unexpected(text);
        }
    }

    public string ExpectName() => Expect(TokenKind.Name, "name").Text;

    public void ExpectName(string name)
    {
        if (!SkipName(name))
        {
            throw Unexpected(name);
        }
    }

    public void ExpectBlockEnd() => Expect(TokenKind.BlockEnd, "end of statement block");

    private ChatTemplateException Unexpected(string expected) => Is(TokenKind.End)
        ? Fault.Syntax($"unexpected end of template, expected '{expected}'.", Current.Line)
        : Fault.Syntax($"expected token '{expected}', got '{Current.Describe()}'", Current.Line);

    private bool SkipIf(bool condition)
    {
        if (condition)
        {
            Next();
        }

        return condition;
    }
}
