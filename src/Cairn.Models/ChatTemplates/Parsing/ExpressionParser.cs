using System.Globalization;
using System.Numerics;
using Cairn.Models.ChatTemplates.Filters;
using Cairn.Models.ChatTemplates.Lexing;
using Cairn.Models.ChatTemplates.Tests;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Parsing;

/// <summary>Parses expressions by recursive descent, one method a level of precedence, loosest first.</summary>
/// <remarks>
/// Grammar of jinja2 3.1.6. Two surprises are kept: a sign binds looser than a call or subscript but tighter than a
/// filter (<c>-3 | abs</c> is 3), and a test takes one argument without parentheses (<c>x is divisibleby 3</c>).
/// </remarks>
internal sealed class ExpressionParser(TokenStream tokens, NameUsage names)
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

    /// <summary>Filters after a target, or after nothing in <c>{% filter f %}</c> and <c>{% set x | f %}</c>.</summary>
    /// <param name="target">What the first filter applies to; null for a body's text.</param>
    /// <param name="startsInline">True when the first filter's name comes without a bar.</param>
    public Expression? ParseFilters(Expression? target, bool startsInline)
    {
        while (startsInline || tokens.SkipOperator("|"))
        {
            startsInline = false;
            var line = tokens.Current.Line;
            var name = ParseDottedName();
            var arguments = tokens.IsOperator("(") ? ParseArguments() : ArgumentList.Empty;
            if (!FilterTable.TryGet(name, out var filter))
            {
                names.AddUnknown("filter", name, line);
            }

            target = new FilterExpression(line, target, name, filter, arguments);
        }

        return target;
    }

    public Expression ParsePrimary()
    {
        var token = tokens.Next();
        switch (token.Kind)
        {
            case TokenKind.Name: return ParseName(token);
            case TokenKind.String: return ParseString(token);
            case TokenKind.Integer: return new ConstantExpression(token.Line, ParseInteger(token));
            case TokenKind.Float: return new ConstantExpression(token.Line, ParseFloat(token));
            case TokenKind.Operator when token.Text == "(": return ParseParentheses();
            case TokenKind.Operator when token.Text == "[": return ParseList(token.Line);
            case TokenKind.Operator when token.Text == "{": return ParseMapping(token.Line);
            default: throw Fault.Syntax($"unexpected '{token.Describe()}'", token.Line);
        }
    }

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

    private Expression ParsePostfix(Expression expression)
    {
        while (true)
        {
            if (tokens.IsOperator("."))
            {
                expression = ParseAttribute(expression);
            }
            else if (tokens.IsOperator("["))
            {
                expression = ParseItem(expression);
            }
            else if (tokens.IsOperator("("))
            {
                expression = new CallExpression(tokens.Current.Line, expression, ParseArguments());
            }
            else
            {
                return expression;
            }
        }
    }

    private Expression ParseFiltersAndTests(Expression expression)
    {
        while (true)
        {
            if (tokens.IsOperator("|"))
            {
                expression = ParseFilters(expression, startsInline: false)!;
            }
            else if (tokens.IsName("is"))
            {
                expression = ParseTest(expression);
            }
            else if (tokens.IsOperator("("))
            {
                expression = new CallExpression(tokens.Current.Line, expression, ParseArguments());
            }
            else
            {
                return expression;
            }
        }
    }

    private Expression ParseTest(Expression target)
    {
        var line = tokens.Next().Line;
        var negated = tokens.SkipName("not");
        var name = ParseDottedName();
        var arguments = ArgumentList.Empty;
        if (tokens.IsOperator("("))
        {
            arguments = ParseArguments();
        }
        else if (StartsTestArgument())
        {
            if (tokens.IsName("is"))
            {
                throw Fault.Syntax("You cannot chain multiple tests with is", tokens.Current.Line);
            }

            arguments = ArgumentList.Empty with { Positional = [ParsePostfix(ParsePrimary())] };
        }

        if (!TestTable.TryGet(name, out var test))
        {
            names.AddUnknown("test", name, line);
        }

        Expression expression = new TestExpression(line, target, name, test, arguments);
        return negated ? new UnaryExpression(line, UnaryOperator.Not, expression) : expression;
    }

    private bool StartsTestArgument() => tokens.Current switch
    {
        { Kind: TokenKind.Name, Text: "else" or "or" or "and" } => false,
        { Kind: TokenKind.Name or TokenKind.String or TokenKind.Integer or TokenKind.Float } => true,
        { Kind: TokenKind.Operator, Text: "[" or "{" } => true,
        _ => false,
    };

    private string ParseDottedName()
    {
        List<string> parts = [tokens.ExpectName()];
        while (tokens.SkipOperator("."))
        {
            parts.Add(tokens.ExpectName());
        }

        return string.Join('.', parts);
    }

    private Expression ParseAttribute(Expression target)
    {
        var line = tokens.Next().Line;
        var token = tokens.Next();
        return token.Kind switch
        {
            TokenKind.Name => new AttributeExpression(line, target, token.Text),
            TokenKind.Integer => new ItemExpression(line, target, new ConstantExpression(line, ParseInteger(token))),
            _ => throw Fault.Syntax("expected name or number", token.Line),
        };
    }

    private ItemExpression ParseItem(Expression target)
    {
        var line = tokens.Next().Line;
        List<Expression> keys = [];
        while (!tokens.IsOperator("]"))
        {
            if (keys.Count > 0)
            {
                tokens.ExpectOperator(",");
            }

            keys.Add(ParseSubscript());
        }

        tokens.ExpectOperator("]");
        return keys switch
        {
            [var key] => new ItemExpression(line, target, key),
            _ when keys.Exists(key => key is SliceExpression) =>
                throw Fault.Syntax("A slice cannot be part of a tuple of subscripts", line),
            _ => new ItemExpression(line, target, new TupleExpression(line, keys)),
        };
    }

    private Expression ParseSubscript()
    {
        var line = tokens.Current.Line;
        Expression? start = null;
        if (!tokens.IsOperator(":"))
        {
            start = Parse();
            if (!tokens.IsOperator(":"))
            {
                return start;
            }
        }

        tokens.Next();
        var stop = ParseSliceBound();
        var step = tokens.SkipOperator(":") ? ParseSliceBound() : null;
        return new SliceExpression(line, start, stop, step);
    }

    private Expression? ParseSliceBound() =>
        tokens.IsOperator(":") || tokens.IsOperator("]") || tokens.IsOperator(",") ? null : Parse();

    private ArgumentList ParseArguments()
    {
        tokens.ExpectOperator("(");
        List<Expression> positional = [];
        List<(string, Expression)> named = [];
        Expression? positionalRest = null;
        Expression? namedRest = null;
        for (var isFirst = true; !tokens.IsOperator(")"); isFirst = false)
        {
            if (!isFirst)
            {
                tokens.ExpectOperator(",");
                if (tokens.IsOperator(")"))
                {
                    break;
                }
            }

            var token = tokens.Current;
            if (positionalRest is null && namedRest is null && tokens.SkipOperator("*"))
            {
                positionalRest = Parse();
            }
            else if (namedRest is null && tokens.SkipOperator("**"))
            {
                namedRest = Parse();
            }
            else if (namedRest is null && token.Kind == TokenKind.Name &&
                     tokens.Following is { Kind: TokenKind.Operator, Text: "=" })
            {
                tokens.Next();
                tokens.Next();
                named.Add((token.Text, Parse()));
            }
            else if (positionalRest is null && namedRest is null && named.Count == 0)
            {
                positional.Add(Parse());
            }
            else
            {
                throw Fault.Syntax("invalid syntax for function call expression", token.Line);
            }
        }

        tokens.ExpectOperator(")");
        return new ArgumentList(positional, named, positionalRest, namedRest);
    }

    private Expression ParseName(Token token)
    {
        switch (token.Text)
        {
            case "true" or "True": return new ConstantExpression(token.Line, BooleanValue.True);
            case "false" or "False": return new ConstantExpression(token.Line, BooleanValue.False);
            case "none" or "None": return new ConstantExpression(token.Line, NoneValue.Instance);
            default:
                names.Read(token.Text);
                return new NameExpression(token.Line, token.Text);
        }
    }

    // Adjacent literals are one string.
    private ConstantExpression ParseString(Token token)
    {
        List<string> parts = [token.Text];
        while (tokens.Is(TokenKind.String))
        {
            parts.Add(tokens.Next().Text);
        }

        return new ConstantExpression(token.Line, new StringValue(string.Concat(parts)));
    }

    private static IntegerValue ParseInteger(Token token)
    {
        var text = token.Text;
        if (text.Length > IntegerValue.MaxDigits)
        {
            throw Fault.Syntax(
                $"integer literal has {text.Length} digits; at most {IntegerValue.MaxDigits}", token.Line);
        }

        if (text.Length < 2 || char.IsAsciiDigit(text[1]))
        {
            return new IntegerValue(BigInteger.Parse(text, CultureInfo.InvariantCulture));
        }

        var radix = char.ToLowerInvariant(text[1]) switch { 'x' => 16, 'o' => 8, _ => 2 };
        return PythonNumbers.TryParseInteger(text, radix, out var value)
            ? new IntegerValue(value)
            : throw Fault.Syntax($"invalid integer literal '{text}'", token.Line);
    }

    private static FloatValue ParseFloat(Token token) =>
        new(double.Parse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture));

    private Expression ParseParentheses()
    {
        var expression = ParseTuple(inParentheses: true);
        tokens.ExpectOperator(")");
        return expression;
    }

    private ListExpression ParseList(int line)
    {
        List<Expression> items = [];
        while (!tokens.IsOperator("]"))
        {
            if (items.Count > 0)
            {
                tokens.ExpectOperator(",");
                if (tokens.IsOperator("]"))
                {
                    break;
                }
            }

            items.Add(Parse());
        }

        tokens.ExpectOperator("]");
        return new ListExpression(line, items);
    }

    private MappingExpression ParseMapping(int line)
    {
        List<(Expression, Expression)> items = [];
        while (!tokens.IsOperator("}"))
        {
            if (items.Count > 0)
            {
                tokens.ExpectOperator(",");
                if (tokens.IsOperator("}"))
                {
                    break;
                }
            }

            var key = Parse();
            tokens.ExpectOperator(":");
            items.Add((key, Parse()));
        }

        tokens.ExpectOperator("}");
        return new MappingExpression(line, items);
    }
}
