namespace Cairn.Models.ChatTemplates.Lexing;

/// <summary>Kinds of template tokens.</summary>
internal enum TokenKind
{
    /// <summary>Text outside of tags, printed as it is.</summary>
    Data,

    /// <summary><c>{%</c></summary>
    BlockBegin,

    /// <summary><c>%}</c></summary>
    BlockEnd,

    /// <summary><c>{{</c></summary>
    VariableBegin,

    /// <summary><c>}}</c></summary>
    VariableEnd,

    /// <summary>Identifier or keyword.</summary>
    Name,

    /// <summary>String literal, unescaped.</summary>
    String,

    /// <summary>Integer literal, underscores removed.</summary>
    Integer,

    /// <summary>Float literal, underscores removed.</summary>
    Float,

    /// <summary>Operator or punctuation.</summary>
    Operator,

    /// <summary>End of the template.</summary>
    End,
}
