using Cairn.Models.ChatTemplates.Parsing;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Evaluation;

/// <summary>Python's comparisons and <c>in</c>.</summary>
internal static class Comparison
{
    public static bool Holds(RenderContext context, ComparisonOperator @operator, Value left, Value right)
    {
        context.Charge(Math.Min(left.Size, right.Size));
        return Compare(context, @operator, left, right);
    }

    /// <summary>Sign of left − right; null when NaN makes every comparison false.</summary>
    /// <exception cref="ChatTemplateException">The two types have no order.</exception>
    public static int? Order(Value left, Value right, string symbol)
    {
        switch (left, right)
        {
            case (UndefinedValue undefined, _): throw undefined.Fail();
            case (_, UndefinedValue undefined): throw undefined.Fail();
            case (StringValue a, StringValue b): return PythonText.Compare(a.Text, b.Text);
            case (SequenceValue a, SequenceValue b) when a.TypeName == b.TypeName: return OrderSequences(a, b, symbol);
            default:
                return PythonNumbers.IsNumber(left) && PythonNumbers.IsNumber(right)
                    ? PythonNumbers.Compare(left, right)
                    : throw Fault.Other(
                        $"'{symbol}' not supported between instances of '{left.TypeName}' and '{right.TypeName}'");
        }
    }

    public static bool Contains(RenderContext context, Value container, Value item) => container switch
    {
        UndefinedValue => false,
        StringValue text => item is StringValue { Text: var part }
            ? ContainsText(context, text.Text, part)
            : throw Fault.Other($"'in <string>' requires string as left operand, not {item.TypeName}"),
        MappingValue mapping => mapping.Entries.ContainsKey(item),
        { Items: not null } => ContainsItem(context, container, item),
        _ => throw Fault.Other($"argument of type '{container.TypeName}' is not iterable"),
    };

    private static bool Compare(RenderContext context, ComparisonOperator @operator, Value left, Value right) =>
        @operator switch
        {
            ComparisonOperator.Equal => left.EqualTo(right),
            ComparisonOperator.NotEqual => !left.EqualTo(right),
            ComparisonOperator.Less => Order(left, right, "<") < 0,
            ComparisonOperator.LessOrEqual => Order(left, right, "<=") <= 0,
            ComparisonOperator.Greater => Order(left, right, ">") > 0,
            ComparisonOperator.GreaterOrEqual => Order(left, right, ">=") >= 0,
            ComparisonOperator.In => Contains(context, right, left),
            _ => !Contains(context, right, left),
        };

    private static bool ContainsText(RenderContext context, string text, string part)
    {
        context.ChargeSearch(text.Length, part.Length);
        return text.Contains(part, StringComparison.Ordinal);
    }

    private static bool ContainsItem(RenderContext context, Value container, Value item) =>
        context.ItemsOf(container).Any(other =>
        {
            context.Charge(Math.Min(other.Size, item.Size));
            return ReferenceEquals(other, item) || other.EqualTo(item);
        });

    private static int? OrderSequences(SequenceValue left, SequenceValue right, string symbol)
    {
        Fault.EnsureStack();
        var length = Math.Min(left.Elements.Count, right.Elements.Count);
        for (var i = 0; i < length; i++)
        {
            if (!left.Elements[i].EqualTo(right.Elements[i]))
            {
                return Order(left.Elements[i], right.Elements[i], symbol);
            }
        }

        return left.Elements.Count.CompareTo(right.Elements.Count);
    }
}
