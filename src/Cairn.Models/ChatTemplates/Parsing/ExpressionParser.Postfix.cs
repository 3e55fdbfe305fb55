using Cairn.Models.ChatTemplates.Filters;
using Cairn.Models.ChatTemplates.Lexing;
using Cairn.Models.ChatTemplates.Tests;

namespace Cairn.Models.ChatTemplates.Parsing;

/// <content>What follows an operand: attributes, items, slices, calls, filters and tests.</content>
internal sealed partial class ExpressionParser
{
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
}
