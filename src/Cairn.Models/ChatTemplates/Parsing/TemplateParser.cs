using Cairn.Models.ChatTemplates.Lexing;

namespace Cairn.Models.ChatTemplates.Parsing;

/// <summary>
/// Parses statements: text, prints and tags. A new tag is one method and one line in <see cref="ParseTag"/>.
/// </summary>
internal sealed class TemplateParser
{
    private const int MaxNesting = 100;

    private readonly TokenStream _tokens;
    private readonly NameUsage _names = new();
    private readonly ExpressionParser _expressions;
    private readonly Stack<string> _open = new();
    private int _loops;

    private TemplateParser(string source)
    {
        _tokens = new TokenStream(TemplateLexer.Tokenize(source));
        _expressions = new ExpressionParser(_tokens, _names);
    }

    /// <summary>The template as a tree.</summary>
    /// <exception cref="ChatTemplateException">The source is malformed or nested too deeply.</exception>
    public static Block Parse(string source)
    {
        var parser = new TemplateParser(source);
        var block = parser.ParseBlock();
        parser._names.Require(0);
        return block;
    }

    // Statements up to a tag that is one of `ends` (left as the current token) or, without any, the template's end.
    private Block ParseBlock(params ReadOnlySpan<string> ends)
    {
        List<Statement> statements = [];
        while (true)
        {
            var token = _tokens.Next();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    statements.Add(new TextStatement(token.Line, token.Text));
                    break;
                case TokenKind.VariableBegin:
                    statements.Add(new PrintStatement(token.Line, _expressions.ParseTuple()));
                    _tokens.Expect(TokenKind.VariableEnd, "end of print statement");
                    break;
                case TokenKind.BlockBegin when _tokens.Is(TokenKind.Name) && ends.Contains(_tokens.Current.Text):
                    return new Block(statements);
                case TokenKind.BlockBegin:
                    statements.Add(ParseTag());
                    break;
                case TokenKind.End when ends.IsEmpty:
                    return new Block(statements);
                default:
                    throw UnexpectedEnd(ends);
            }
        }
    }

    private ChatTemplateException UnexpectedEnd(ReadOnlySpan<string> ends) => Fault.Syntax(
        $"Unexpected end of template. Jinja was looking for the following tags: '{string.Join("' or '", ends)}'. " +
        $"The innermost block that needs to be closed is '{_open.Peek()}'.",
        _tokens.Current.Line);

    private Statement ParseTag()
    {
        var tag = _tokens.Expect(TokenKind.Name, "name");
        if (_open.Count >= MaxNesting)
        {
            throw new ChatTemplateException(
                ChatTemplateError.Limit, $"Tags are nested more than {MaxNesting} deep.", tag.Line);
        }

        _open.Push(tag.Text);
        Statement statement = tag.Text switch
        {
            "if" => ParseIf(tag.Line),
            "for" => ParseFor(tag.Line),
            "break" => _loops > 0 ? new BreakStatement(tag.Line) : throw OutsideLoop(tag),
            "continue" => _loops > 0 ? new ContinueStatement(tag.Line) : throw OutsideLoop(tag),
            "set" => ParseSet(tag.Line),
            "with" => ParseWith(tag.Line),
            "macro" => ParseMacro(tag.Line),
            "call" => ParseCall(tag.Line),
            "filter" => ParseFilter(tag.Line),
            "print" => new PrintStatement(tag.Line, _expressions.ParseTuple()),
            "generation" => new ScopeStatement(tag.Line, ParseFramedBody("endgeneration")),
            "block" => ParseNamedBlock(tag.Line),
            "include" or "import" or "from" or "extends" => ParseOtherTemplate(tag),
            _ => throw UnknownTag(tag),
        };
        _open.Pop();
        _tokens.ExpectBlockEnd();
        return statement;
    }

    private static ChatTemplateException OutsideLoop(Token tag) =>
        Fault.Syntax($"'{tag.Text}' outside loop", tag.Line);

    private static ChatTemplateException UnknownTag(Token tag) =>
        Fault.Syntax($"Encountered unknown tag '{tag.Text}'.", tag.Line);

    private IfStatement ParseIf(int line)
    {
        List<(Expression, Block)> branches = [];
        var mark = _names.Mark;
        Block otherwise = Block.Empty;
        while (true)
        {
            var condition = _expressions.ParseTuple(conditional: false);
            _tokens.ExpectBlockEnd();
            branches.Add((condition, ParseBlock("elif", "else", "endif")));
            var next = _tokens.Next().Text;
            if (next == "else")
            {
                _tokens.ExpectBlockEnd();
                otherwise = ParseBlock("endif");
                _tokens.Next();
            }

            if (next != "elif")
            {
                _names.Forgive(mark);
                return new IfStatement(line, branches, otherwise);
            }
        }
    }

    private ForStatement ParseFor(int line)
    {
        var target = ParseTarget(endName: "in");
        _tokens.ExpectName("in");
        var iterable = _expressions.ParseTuple(conditional: false);
        var filter = _tokens.SkipName("if") ? _expressions.Parse() : null;
        var isRecursive = _tokens.SkipName("recursive");
        _tokens.ExpectBlockEnd();
        var mark = _names.Mark;
        _loops++;
        var body = ParseBlock("endfor", "else");
        _loops--;
        var otherwise = Block.Empty;
        if (_tokens.Next().Text == "else")
        {
            _tokens.ExpectBlockEnd();
            otherwise = ParseBlock("endfor");
            _tokens.Next();
        }

        _names.Require(mark);
        return new ForStatement(line, target, iterable, filter, isRecursive, body, otherwise);
    }

    private Statement ParseSet(int line)
    {
        var target = ParseTarget(endName: null, allowsNamespace: true);
        if (_tokens.SkipOperator("="))
        {
            return new SetStatement(line, target, _expressions.ParseTuple());
        }

        var filter = _expressions.ParseFilters(target: null, startsInline: false);
        return new SetBlockStatement(line, target, filter, ParseFramedBody("endset"));
    }

    private WithStatement ParseWith(int line)
    {
        List<(AssignmentTarget, Expression)> bindings = [];
        while (!_tokens.Is(TokenKind.BlockEnd))
        {
            if (bindings.Count > 0)
            {
                _tokens.ExpectOperator(",");
            }

            var target = ParseTarget(endName: null, single: true);
            _tokens.ExpectOperator("=");
            bindings.Add((target, _expressions.Parse()));
        }

        return new WithStatement(line, bindings, ParseFramedBody("endwith"));
    }

    private MacroStatement ParseMacro(int line)
    {
        var name = _tokens.ExpectName();
        return new MacroStatement(line, ParseDefinition(name, ParseParameters(), "endmacro"));
    }

    private CallStatement ParseCall(int line)
    {
        var parameters = _tokens.IsOperator("(") ? ParseParameters() : [];
        if (_expressions.Parse() is not CallExpression call)
        {
            throw Fault.Syntax("expected call", line);
        }

        return new CallStatement(line, call, ParseDefinition(null, parameters, "endcall"));
    }

    private List<(string, Expression?)> ParseParameters()
    {
        List<(string Name, Expression? Default)> parameters = [];
        _tokens.ExpectOperator("(");
        while (!_tokens.IsOperator(")"))
        {
            if (parameters.Count > 0)
            {
                _tokens.ExpectOperator(",");
            }

            var line = _tokens.Current.Line;
            var name = ParseAssignable(_tokens.Expect(TokenKind.Name, "name"));
            var value = _tokens.SkipOperator("=") ? _expressions.Parse() : null;
            if (value is null && parameters is [.., { Default: not null }])
            {
                throw Fault.Syntax("non-default argument follows default argument", line);
            }

            parameters.Add((name, value));
        }

        _tokens.ExpectOperator(")");
        return parameters;
    }

    private MacroDefinition ParseDefinition(
        string? name, List<(string Name, Expression? Default)> parameters, string end)
    {
        var outer = _names.TakeSpecial();
        var loops = _loops;
        _loops = 0;
        var body = ParseFramedBody(end);
        _loops = loops;
        HashSet<string> special = [.. _names.TakeSpecial()];
        _names.AddSpecial([.. outer, .. special]);
        special.ExceptWith(parameters.Select(parameter => parameter.Name));
        return new MacroDefinition(
            name,
            parameters,
            UsesPositionalRest: special.Contains("varargs"),
            UsesNamedRest: special.Contains("kwargs"),
            UsesCaller: special.Contains("caller"),
            body);
    }

    private FilterStatement ParseFilter(int line)
    {
        var filter = _expressions.ParseFilters(target: null, startsInline: true)!;
        return new FilterStatement(line, filter, ParseFramedBody("endfilter"));
    }

    private NamedBlockStatement ParseNamedBlock(int line)
    {
        var name = _tokens.ExpectName();
        while (_tokens.SkipName("scoped") || _tokens.SkipName("required"))
        {
        }

        var body = ParseFramedBody("endblock");
        _tokens.SkipName(name);
        return new NamedBlockStatement(line, name, body);
    }

    private OtherTemplateStatement ParseOtherTemplate(Token tag)
    {
        while (!_tokens.Is(TokenKind.BlockEnd) && !_tokens.Is(TokenKind.End))
        {
            _tokens.Next();
        }

        return new OtherTemplateStatement(tag.Line, tag.Text);
    }

    // The rest of the opening tag, a body with names of its own, and the closing tag's name.
    private Block ParseFramedBody(string end)
    {
        _tokens.ExpectBlockEnd();
        var mark = _names.Mark;
        var body = ParseBlock(end);
        _tokens.Next();
        _names.Require(mark);
        return body;
    }

    private AssignmentTarget ParseTarget(string? endName, bool allowsNamespace = false, bool single = false)
    {
        var line = _tokens.Current.Line;
        List<AssignmentTarget> targets = [];
        var isTuple = false;
        while (!_tokens.Is(TokenKind.BlockEnd) && !_tokens.IsOperator(")") &&
               (endName is null || !_tokens.IsName(endName)))
        {
            targets.Add(ParseSingleTarget(allowsNamespace));
            if (single || !_tokens.SkipOperator(","))
            {
                break;
            }

            isTuple = true;
        }

        return targets switch
        {
            [] => throw Fault.Syntax($"Expected an expression, got '{_tokens.Current.Describe()}'", line),
            [var target] when !isTuple => target,
            _ => new TupleTarget(line, targets),
        };
    }

    private AssignmentTarget ParseSingleTarget(bool allowsNamespace)
    {
        var token = _tokens.Next();
        if (token is { Kind: TokenKind.Operator, Text: "(" })
        {
            Fault.EnsureStack();
            var inner = ParseTarget(endName: null, allowsNamespace);
            _tokens.ExpectOperator(")");
            return inner;
        }

        var name = ParseAssignable(token);
        return allowsNamespace && _tokens.SkipOperator(".")
            ? new NamespaceTarget(token.Line, name, _tokens.ExpectName())
            : new NameTarget(token.Line, name);
    }

    private static string ParseAssignable(Token token) => token switch
    {
        { Kind: TokenKind.Name, Text: "true" or "True" or "false" or "False" or "none" or "None" } =>
            throw Fault.Syntax("can't assign to 'const'", token.Line),
        { Kind: TokenKind.Name } => token.Text,
        _ => throw Fault.Syntax($"can't assign to '{token.Describe()}'", token.Line),
    };
}
