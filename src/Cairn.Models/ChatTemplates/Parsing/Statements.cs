namespace Cairn.Models.ChatTemplates.Parsing;

/// <summary>A statement of a template, with its line.</summary>
internal abstract record Statement(int Line);

internal sealed record TextStatement(int Line, string Text) : Statement(Line);

internal sealed record PrintStatement(int Line, Expression Value) : Statement(Line);

/// <param name="Line">Line of the tag.</param>
/// <param name="Branches">
/// Conditions of <c>if</c> and each <c>elif</c> with their bodies; the first that holds runs.
/// </param>
/// <param name="Otherwise">Body of <c>else</c>.</param>
internal sealed record IfStatement(
    int Line, IReadOnlyList<(Expression Condition, Block Body)> Branches, Block Otherwise) : Statement(Line);

internal sealed record ForStatement(
    int Line,
    AssignmentTarget Target,
    Expression Iterable,
    Expression? Filter,
    bool IsRecursive,
    Block Body,
    Block Otherwise) : Statement(Line);

internal sealed record BreakStatement(int Line) : Statement(Line);

internal sealed record ContinueStatement(int Line) : Statement(Line);

internal sealed record SetStatement(int Line, AssignmentTarget Target, Expression Value) : Statement(Line);

/// <summary><c>{% set x %}…{% endset %}</c>: the body's text, filtered.</summary>
internal sealed record SetBlockStatement(int Line, AssignmentTarget Target, Expression? Filter, Block Body)
    : Statement(Line);

internal sealed record WithStatement(
    int Line, IReadOnlyList<(AssignmentTarget Target, Expression Value)> Bindings, Block Body) : Statement(Line);

internal sealed record MacroStatement(int Line, MacroDefinition Macro) : Statement(Line);

/// <summary><c>{% call(…) macro(…) %}…{% endcall %}</c>: the body becomes the macro's <c>caller</c>.</summary>
internal sealed record CallStatement(int Line, CallExpression Call, MacroDefinition Caller) : Statement(Line);

internal sealed record FilterStatement(int Line, Expression Filter, Block Body) : Statement(Line);

/// <summary><c>{% generation %}</c> and the like: a body that is printed, in a scope of its own.</summary>
internal sealed record ScopeStatement(int Line, Block Body) : Statement(Line);

/// <summary>
/// <c>{% block name %}</c>: printed where it stands; sees only the variables of the template's top level.
/// </summary>
internal sealed record NamedBlockStatement(int Line, string Name, Block Body) : Statement(Line);

/// <summary>
/// <c>include</c>, <c>import</c>, <c>from</c>, <c>extends</c>: always an error, for there are no other templates.
/// </summary>
internal sealed record OtherTemplateStatement(int Line, string Tag) : Statement(Line);

/// <summary>Statements in order.</summary>
internal sealed record Block(IReadOnlyList<Statement> Statements)
{
    public static Block Empty { get; } = new([]);
}

/// <param name="Name">Name it is called by; null for the body of a <c>call</c>.</param>
/// <param name="Parameters">Parameters in order; a null default makes one undefined when it is not given.</param>
/// <param name="UsesPositionalRest">The body reads <c>varargs</c>, so further positional arguments are allowed.</param>
/// <param name="UsesNamedRest">The body reads <c>kwargs</c>, so further named arguments are allowed.</param>
/// <param name="UsesCaller">The body reads <c>caller</c>.</param>
/// <param name="Body">What a call prints.</param>
internal sealed record MacroDefinition(
    string? Name,
    IReadOnlyList<(string Name, Expression? Default)> Parameters,
    bool UsesPositionalRest,
    bool UsesNamedRest,
    bool UsesCaller,
    Block Body);

/// <summary>What <c>set</c>, <c>for</c> and <c>with</c> assign to.</summary>
internal abstract record AssignmentTarget(int Line);

internal sealed record NameTarget(int Line, string Name) : AssignmentTarget(Line);

internal sealed record NamespaceTarget(int Line, string Name, string Attribute) : AssignmentTarget(Line);

internal sealed record TupleTarget(int Line, IReadOnlyList<AssignmentTarget> Items) : AssignmentTarget(Line);
