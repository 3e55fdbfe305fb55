using Cairn.Models.ChatTemplates.Lexing;

namespace Cairn.Models.ChatTemplates.Parsing;

/// <summary>Parses expressions by recursive descent, one method a level of precedence, loosest first.</summary>
/// <remarks>
/// Grammar of jinja2 3.1.6. Two surprises are kept: a sign binds looser than a call or subscript but tighter than a
/// filter (<c>-3 | abs</c> is 3), and a test takes one argument without parentheses (<c>x is divisibleby 3</c>).
/// </remarks>
internal sealed partial class ExpressionParser(TokenStream tokens, NameUsage names)
{
    private const int MaxNesting = 200;

    private int _nesting;

    public Expression Parse()
    {
        if (++_nesting > MaxNesting)
        {
            throw new ChatTemplateException(
                ChatTemplateError.Limit, $"Expressions are nested more than {MaxNesting} deep.", tokens.Current.Line);
        }

        var expression = ParseConditional();
        _nesting--;
        return expression;
    }

    /// <summary>One expression, or several with commas between them as a tuple.</summary>
    /// <param name="conditional">False where <c>if</c> after the expression belongs to the statement.</param>
    /// <param name="inParentheses">True between parentheses, where <c>()</c> is allowed.</param>
    public Expression ParseTuple(bool conditional = true, bool inParentheses = false)
    {
        var line = tokens.Current.Line;
        List<Expression> items = [];
        var isTuple = false;
        while (!EndsTuple())
        {
            items.Add(conditional ? Parse() : ParseOr());
            if (!tokens.SkipOperator(","))
            {
                break;
            }

            isTuple = true;
        }

        if (items.Count == 0 && !inParentheses)
        {
            throw Fault.Syntax($"Expected an expression, got '{tokens.Current.Describe()}'", line);
        }

        return isTuple || items.Count == 0 ? new TupleExpression(line, items) : items[0];
    }

    public Expression ParseOr() => ParseBinary(ParseAnd, name: "or", BinaryOperator.Or);

    private bool EndsTuple() =>
        tokens.Current.Kind is TokenKind.BlockEnd or TokenKind.VariableEnd ||
        tokens.IsOperator(")") || tokens.IsName("recursive");

    private Expression ParseConditional()
    {
        var mark = names.Mark;
        var value = ParseOr();
        while (tokens.IsName("if"))
        {
            var line = tokens.Next().Line;
            var condition = ParseOr();
            var otherwise = tokens.SkipName("else") ? Parse() : null;
            names.Forgive(mark);
            value = new ConditionalExpression(line, condition, value, otherwise);
        }

        return value;
    }

    private Expression ParseAnd() => ParseBinary(ParseNot, name: "and", BinaryOperator.And);

    private Expression ParseBinary(Func<Expression> operand, string name, BinaryOperator @operator)
    {
        var left = operand();
        while (tokens.IsName(name))
        {
            var line = tokens.Next().Line;
            left = new BinaryExpression(line, @operator, left, operand());
        }

        return left;
    }

    private Expression ParseNot()
    {
        if (!tokens.IsName("not"))
        {
            return ParseComparison();
        }

        var line = tokens.Next().Line;
        Fault.EnsureStack();
        return new UnaryExpression(line, UnaryOperator.Not, ParseNot());
    }

    private Expression ParseComparison()
    {
        var line = tokens.Current.Line;
        var first = ParseSum();
        List<(ComparisonOperator, Expression)> rest = [];
        while (TryComparison(out var comparison))
        {
            rest.Add((comparison, ParseSum()));
        }

        return rest.Count == 0 ? first : new ComparisonExpression(line, first, rest);
    }

    private bool TryComparison(out ComparisonOperator comparison)
    {
        ComparisonOperator? found = tokens.Current switch
        {
            { Kind: TokenKind.Operator, Text: "==" } => ComparisonOperator.Equal,
            { Kind: TokenKind.Operator, Text: "!=" } => ComparisonOperator.NotEqual,
            { Kind: TokenKind.Operator, Text: "<" } => ComparisonOperator.Less,
            { Kind: TokenKind.Operator, Text: "<=" } => ComparisonOperator.LessOrEqual,
            { Kind: TokenKind.Operator, Text: ">" } => ComparisonOperator.Greater,
            { Kind: TokenKind.Operator, Text: ">=" } => ComparisonOperator.GreaterOrEqual,
            { Kind: TokenKind.Name, Text: "in" } => ComparisonOperator.In,
            { Kind: TokenKind.Name, Text: "not" } when tokens.Following is { Kind: TokenKind.Name, Text: "in" } =>
                ComparisonOperator.NotIn,
            _ => null,
        };
        comparison = found.GetValueOrDefault();
        if (found is null)
        {
            return false;
        }

        tokens.Next();
        if (found == ComparisonOperator.NotIn)
        {
            tokens.Next();
        }

        return true;
    }

    private Expression ParseSum()
    {
        var left = ParseConcatenation();
        while (tokens.IsOperator("+") || tokens.IsOperator("-"))
        {
            var token = tokens.Next();
            var @operator = token.Text == "+" ? BinaryOperator.Add : BinaryOperator.Subtract;
            left = new BinaryExpression(token.Line, @operator, left, ParseConcatenation());
        }

        return left;
    }

    private Expression ParseConcatenation()
    {
        var line = tokens.Current.Line;
        List<Expression> parts = [ParseProduct()];
        while (tokens.SkipOperator("~"))
        {
            parts.Add(ParseProduct());
        }

        return parts.Count == 1 ? parts[0] : new ConcatenationExpression(line, parts);
    }

    private Expression ParseProduct()
    {
        var left = ParsePower();
        while (tokens.Is(TokenKind.Operator) && tokens.Current.Text is "*" or "/" or "//" or "%")
        {
            var token = tokens.Next();
            var @operator = token.Text switch
            {
                "*" => BinaryOperator.Multiply,
                "/" => BinaryOperator.Divide,
                "//" => BinaryOperator.FloorDivide,
                _ => BinaryOperator.Modulo,
            };
            left = new BinaryExpression(token.Line, @operator, left, ParsePower());
        }

        return left;
    }

    private Expression ParsePower()
    {
        var left = ParseUnary(withFilters: true);
        while (tokens.IsOperator("**"))
        {
            var line = tokens.Next().Line;
            left = new BinaryExpression(line, BinaryOperator.Power, left, ParseUnary(withFilters: true));
        }

        return left;
    }

    private Expression ParseUnary(bool withFilters)
    {
        Expression expression;
        if (tokens.IsOperator("-") || tokens.IsOperator("+"))
        {
            var token = tokens.Next();
            Fault.EnsureStack();
            var @operator = token.Text == "-" ? UnaryOperator.Minus : UnaryOperator.Plus;
            expression = new UnaryExpression(token.Line, @operator, ParseUnary(withFilters: false));
        }
        else
        {
            expression = ParsePrimary();
        }

        expression = ParsePostfix(expression);
        return withFilters ? ParseFiltersAndTests(expression) : expression;
    }
}
