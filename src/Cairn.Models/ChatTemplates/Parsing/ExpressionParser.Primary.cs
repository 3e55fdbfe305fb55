using System.Globalization;
using System.Numerics;
using Cairn.Models.ChatTemplates.Lexing;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Parsing;

/// <content>Operands: names, literals, lists, mappings and parentheses.</content>
internal sealed partial class ExpressionParser
{
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
