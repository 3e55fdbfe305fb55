using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Parsing;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Evaluation;

/// <summary>Computes the value of an expression in a scope.</summary>
internal sealed class ExpressionEvaluator(RenderContext context)
{
    public Value Evaluate(Expression expression, Scope scope)
    {
        context.Step(expression.Line);
        context.Enter();
        var value = Dispatch(expression, scope);
        context.Leave();
        return value;
    }

    /// <summary>Applies the filters of a <c>filter</c> or <c>set</c> block to its body's text.</summary>
    public Value EvaluateFilters(Expression filters, string body, Scope scope)
    {
        var filter = (FilterExpression)filters;
        var subject = filter.Target is null ? new StringValue(body) : EvaluateFilters(filter.Target, body, scope);
        return ApplyFilter(filter, subject, scope);
    }

    public CallArguments EvaluateArguments(ArgumentList arguments, Scope scope)
    {
        if (arguments.Positional.Count == 0 && arguments is { Named.Count: 0, PositionalRest: null, NamedRest: null })
        {
            return CallArguments.None;
        }

        List<Value> positional = new(arguments.Positional.Count);
        foreach (var argument in arguments.Positional)
        {
            positional.Add(Evaluate(argument, scope));
        }

        if (arguments.PositionalRest is { } rest)
        {
            positional.AddRange(context.ListOf(Evaluate(rest, scope)));
        }

        List<KeyValuePair<string, Value>> named = new(arguments.Named.Count);
        foreach (var (name, argument) in arguments.Named)
        {
            named.Add(new(name, Evaluate(argument, scope)));
        }

        if (arguments.NamedRest is { } namedRest)
        {
            AddNamedRest(named, Evaluate(namedRest, scope));
        }

        return new CallArguments(positional, named);
    }

    private Value Dispatch(Expression expression, Scope scope) => expression switch
    {
        ConstantExpression constant => constant.Value,
        NameExpression name => scope.Find(name.Name) ?? Globals.Find(name.Name) ?? UndefinedValue.ForName(name.Name),
        AttributeExpression attribute => Access.Attribute(Evaluate(attribute.Target, scope), attribute.Name),
        ItemExpression item => EvaluateItem(item, scope),
        CallExpression call => Call(Evaluate(call.Target, scope), EvaluateArguments(call.Arguments, scope)),
        FilterExpression filter => ApplyFilter(filter, Evaluate(filter.Target!, scope), scope),
        TestExpression test => EvaluateTest(test, scope),
        UnaryExpression unary => EvaluateUnary(unary, scope),
        BinaryExpression binary => EvaluateBinary(binary, scope),
        ConcatenationExpression concatenation => Concatenate(concatenation, scope),
        ComparisonExpression comparison => Compare(comparison, scope),
        ConditionalExpression conditional => Choose(conditional, scope),
        ListExpression list => context.Charge(new ListValue(EvaluateAll(list.Items, scope))),
        TupleExpression tuple => context.Charge(new TupleValue(EvaluateAll(tuple.Items, scope))),
        MappingExpression mapping => context.Charge(EvaluateMapping(mapping, scope)),
        _ => throw new InvalidOperationException($"No rule evaluates a {expression.GetType().Name}."),
    };

    private Value[] EvaluateAll(IReadOnlyList<Expression> expressions, Scope scope)
    {
        var values = new Value[expressions.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Evaluate(expressions[i], scope);
        }

        return values;
    }

    private MappingValue EvaluateMapping(MappingExpression mapping, Scope scope)
    {
        var entries = MappingValue.NewEntries();
        foreach (var (key, value) in mapping.Items)
        {
            var name = Evaluate(key, scope);
            context.Charge(name.Size);
            entries[name] = Evaluate(value, scope);
        }

        return new MappingValue(entries);
    }

    private Value EvaluateItem(ItemExpression item, Scope scope)
    {
        var target = Evaluate(item.Target, scope);
        if (item.Key is not SliceExpression slice)
        {
            var key = Evaluate(item.Key, scope);
            context.Charge(key.Size);
            return Access.Item(target, key);
        }

        Value? Bound(Expression? bound) => bound is null ? null : Evaluate(bound, scope);
        return context.Charge(Access.Slice(target, Bound(slice.Start), Bound(slice.Stop), Bound(slice.Step)));
    }

    private Value Call(Value target, CallArguments arguments) => target switch
    {
        CallableValue callable => callable.Call(context, arguments),
        UndefinedValue undefined => throw undefined.Fail(),
        _ => throw Fault.Other($"'{target.TypeName}' object is not callable"),
    };

    private Value ApplyFilter(FilterExpression filter, Value subject, Scope scope)
    {
        var function = filter.Filter ?? throw Fault.Other($"No filter named '{filter.Name}' found.");
        return function.Invoke(context, subject, EvaluateArguments(filter.Arguments, scope));
    }

    private Value EvaluateTest(TestExpression test, Scope scope)
    {
        var subject = Evaluate(test.Target, scope);
        var function = test.Test ?? throw Fault.Other($"No test named '{test.Name}' found.");
        return function.Invoke(context, subject, EvaluateArguments(test.Arguments, scope));
    }

    private Value EvaluateUnary(UnaryExpression unary, Scope scope)
    {
        var operand = Evaluate(unary.Operand, scope);
        return unary.Operator switch
        {
            UnaryOperator.Not => BooleanValue.Of(!operand.IsTrue),
            UnaryOperator.Minus => Arithmetic.Negate(operand),
            _ => Arithmetic.Plus(operand),
        };
    }

    private Value EvaluateBinary(BinaryExpression binary, Scope scope)
    {
        var left = Evaluate(binary.Left, scope);
        return binary.Operator switch
        {
            BinaryOperator.And => left.IsTrue ? Evaluate(binary.Right, scope) : left,
            BinaryOperator.Or => left.IsTrue ? left : Evaluate(binary.Right, scope),
            _ => Arithmetic.Apply(context, binary.Operator, left, Evaluate(binary.Right, scope)),
        };
    }

    private Value Concatenate(ConcatenationExpression concatenation, Scope scope)
    {
        var text = context.NewText();
        foreach (var part in concatenation.Parts)
        {
            Evaluate(part, scope).Print(text);
        }

        return context.Charge(new StringValue(text.ToString()));
    }

    private BooleanValue Compare(ComparisonExpression comparison, Scope scope)
    {
        var left = Evaluate(comparison.First, scope);
        foreach (var (@operator, operand) in comparison.Rest)
        {
            var right = Evaluate(operand, scope);
            if (!Comparison.Holds(context, @operator, left, right))
            {
                return BooleanValue.False;
            }

            left = right;
        }

        return BooleanValue.True;
    }

    private Value Choose(ConditionalExpression conditional, Scope scope)
    {
        if (Evaluate(conditional.Condition, scope).IsTrue)
        {
            return Evaluate(conditional.WhenTrue, scope);
        }

        return conditional.WhenFalse is { } otherwise
            ? Evaluate(otherwise, scope)
            : new UndefinedValue(
                $"the inline if-expression on line {conditional.Line} evaluated to false and no else section was " +
                "defined.");
    }

    private static void AddNamedRest(List<KeyValuePair<string, Value>> named, Value rest)
    {
        if (rest is not MappingValue mapping)
        {
            throw Fault.Other($"argument after ** must be a mapping, not {rest.TypeName}");
        }

        foreach (var (key, value) in mapping.Entries)
        {
            if (key is not StringValue { Text: var name })
            {
                throw Fault.Other("keywords must be strings");
            }

            named.Add(named.Exists(argument => argument.Key == name)
                ? throw Fault.Other($"got multiple values for keyword argument '{name}'")
                : new(name, value));
        }
    }
}
