using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Parsing;

/// <summary>A node of the expression tree, with its line.</summary>
internal abstract record Expression(int Line);

internal sealed record ConstantExpression(int Line, Value Value) : Expression(Line);

internal sealed record NameExpression(int Line, string Name) : Expression(Line);

internal sealed record ListExpression(int Line, IReadOnlyList<Expression> Items) : Expression(Line);

internal sealed record TupleExpression(int Line, IReadOnlyList<Expression> Items) : Expression(Line);

internal sealed record MappingExpression(int Line, IReadOnlyList<(Expression Key, Expression Value)> Items)
    : Expression(Line);

internal sealed record AttributeExpression(int Line, Expression Target, string Name) : Expression(Line);

internal sealed record ItemExpression(int Line, Expression Target, Expression Key) : Expression(Line);

/// <summary>Only as the key of an <see cref="ItemExpression"/>.</summary>
internal sealed record SliceExpression(int Line, Expression? Start, Expression? Stop, Expression? Step)
    : Expression(Line);

internal sealed record CallExpression(int Line, Expression Target, ArgumentList Arguments) : Expression(Line);

/// <param name="Line">Line of the filter's name.</param>
/// <param name="Target">
/// What is filtered; null in <c>{% filter %}</c> and <c>{% set x | f %}</c>, where it is the body's text.
/// </param>
/// <param name="Name">Name as written.</param>
/// <param name="Filter">The filter; null when there is none of that name, which fails only when evaluated.</param>
/// <param name="Arguments">What stands in its parentheses.</param>
internal sealed record FilterExpression(
    int Line, Expression? Target, string Name, BuiltinFunction? Filter, ArgumentList Arguments) : Expression(Line);

internal sealed record TestExpression(
    int Line, Expression Target, string Name, BuiltinFunction? Test, ArgumentList Arguments) : Expression(Line);

internal sealed record UnaryExpression(int Line, UnaryOperator Operator, Expression Operand) : Expression(Line);

internal sealed record BinaryExpression(int Line, BinaryOperator Operator, Expression Left, Expression Right)
    : Expression(Line);

/// <summary><c>a ~ b ~ c</c>.</summary>
internal sealed record ConcatenationExpression(int Line, IReadOnlyList<Expression> Parts) : Expression(Line);

/// <summary><c>a &lt; b &lt;= c</c>: every comparison must hold, each operand is evaluated once.</summary>
internal sealed record ComparisonExpression(
    int Line,
    Expression First,
    IReadOnlyList<(ComparisonOperator Operator, Expression Operand)> Rest) : Expression(Line);

internal sealed record ConditionalExpression(int Line, Expression Condition, Expression WhenTrue, Expression? WhenFalse)
    : Expression(Line);

/// <summary>
/// Arguments of a call, filter or test in the order written, with <c>*list</c> and <c>**mapping</c> unpacked last.
/// </summary>
internal sealed record ArgumentList(
    IReadOnlyList<Expression> Positional,
    IReadOnlyList<(string Name, Expression Value)> Named,
    Expression? PositionalRest,
    Expression? NamedRest)
{
    public static ArgumentList Empty { get; } = new([], [], null, null);
}

internal enum UnaryOperator
{
    Plus,
    Minus,
    Not,
}

internal enum BinaryOperator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
    And,
    Or,
}

internal enum ComparisonOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}
