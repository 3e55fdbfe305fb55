namespace Cairn.Models.ChatTemplates.Lexing;

/// <summary>
/// A piece of a template: its kind, its text (unescaped for strings) and the line it starts on, from 1.
/// </summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    /// <summary>The token in words for error messages.</summary>
    public string Describe() => Kind switch
    {
        TokenKind.BlockBegin => "begin of statement block",
        TokenKind.BlockEnd => "end of statement block",
        TokenKind.VariableBegin => "begin of print statement",
        TokenKind.VariableEnd => "end of print statement",
        TokenKind.Data => "template data / text",
        TokenKind.End => "end of template",
        _ => Text,
    };
}
