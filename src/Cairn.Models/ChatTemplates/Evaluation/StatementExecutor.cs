using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Parsing;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Evaluation;

/// <summary>Runs statements: prints to the context's output and sets variables.</summary>
internal sealed class StatementExecutor(RenderContext context, Scope templateScope)
{
    private readonly ExpressionEvaluator _expressions = new(context);

    /// <summary>
    /// How a block ended: at its end, or at a <c>break</c> or <c>continue</c> for the loop around it.
    /// </summary>
    private enum Flow
    {
        Next,
        Break,
        Continue,
    }

    public void Run(Block template) => Execute(template, templateScope);

    /// <summary>Calls a macro: its parameters and body in a new scope inside the one it was defined in.</summary>
    public Value CallMacro(MacroDefinition macro, Scope scope, CallArguments arguments)
    {
        context.Enter();
        var inner = new Scope(scope);
        MacroArguments.Bind(macro, arguments, inner, expression => _expressions.Evaluate(expression, inner));
        var text = context.Capture(() => Execute(macro.Body, inner));
        context.Leave();
        return new StringValue(text);
    }

    private Flow Execute(Block block, Scope scope)
    {
        foreach (var statement in block.Statements)
        {
            context.Step(statement.Line);
            var flow = Execute(statement, scope);
            if (flow != Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }

    private Flow Execute(Statement statement, Scope scope)
    {
        switch (statement)
        {
            case TextStatement text: context.Output.Append(text.Text); return Flow.Next;
            case PrintStatement print: Print(print.Value, scope); return Flow.Next;
            case IfStatement choice: return Execute(Choose(choice, scope), scope);
            case ForStatement loop: RunLoop(loop, scope); return Flow.Next;
            case BreakStatement: return Flow.Break;
            case ContinueStatement: return Flow.Continue;
            case SetStatement set: return Set(set, scope);
            case SetBlockStatement set: return SetBlock(set, scope);
            case WithStatement with: return RunWith(with, scope);
            case MacroStatement { Macro: var macro }: Define(macro, scope); return Flow.Next;
            case CallStatement call: CallWithCaller(call, scope); return Flow.Next;
            case FilterStatement filter: return RunFilter(filter, scope);
            case ScopeStatement inner: return Execute(inner.Body, new Scope(scope));
            case NamedBlockStatement block: return Execute(block.Body, new Scope(templateScope));
            case OtherTemplateStatement other:
                throw Fault.Other($"'{other.Tag}' needs other templates; a chat template stands alone.");
            default: throw new InvalidOperationException($"No rule executes a {statement.GetType().Name}.");
        }
    }

    private void Print(Expression value, Scope scope) =>
        _expressions.Evaluate(value, scope).Print(context.Output);

    private void Define(MacroDefinition macro, Scope scope) =>
        scope.Set(macro.Name!, new MacroValue(macro, scope, this));

    private Block Choose(IfStatement choice, Scope scope)
    {
        foreach (var (condition, body) in choice.Branches)
        {
            if (_expressions.Evaluate(condition, scope).IsTrue)
            {
                return body;
            }
        }

        return choice.Otherwise;
    }

    private void RunLoop(ForStatement loop, Scope scope) =>
        RunLoop(loop, _expressions.Evaluate(loop.Iterable, scope), depth: 0, scope);

    private void RunLoop(ForStatement loop, Value iterable, int depth, Scope scope)
    {
        var items = loop.Filter is { } filter
            ? context.ItemsOf(iterable).Where(item => Passes(loop.Target, filter, item, scope))
            : context.ItemsOf(iterable);
        using var state = new LoopValue(items, loop.Filter is null ? iterable.Length : null, depth, Recurse);
        var flow = Flow.Next;
        var hasCompletedTurn = false;
        while (flow != Flow.Break && state.MoveNext())
        {
            var turn = new Scope(scope);
            Assign(loop.Target, state.Current, turn);
            turn.Set("loop", state);
            flow = Execute(loop.Body, turn);
            hasCompletedTurn |= flow == Flow.Next;
        }

        // Jinja's rule: "else" runs unless the body was run to its end once, so also after a break in the first turn.
        if (!hasCompletedTurn)
        {
            Execute(loop.Otherwise, new Scope(scope));
        }

        Value Recurse(Value inner)
        {
            if (!loop.IsRecursive)
            {
                throw Fault.Other("The loop must have the 'recursive' marker to be called recursively.");
            }

            context.Enter();
            var text = context.Capture(() => RunLoop(loop, inner, depth + 1, scope));
            context.Leave();
            return new StringValue(text);
        }
    }

    private bool Passes(AssignmentTarget target, Expression filter, Value item, Scope scope)
    {
        var inner = new Scope(scope);
        Assign(target, item, inner);
        return _expressions.Evaluate(filter, inner).IsTrue;
    }

    private Flow Set(SetStatement set, Scope scope)
    {
        if (set.Target is NamespaceTarget target)
        {
            FindNamespace(target, scope);
        }

        Assign(set.Target, _expressions.Evaluate(set.Value, scope), scope);
        return Flow.Next;
    }

    private Flow SetBlock(SetBlockStatement set, Scope scope)
    {
        var flow = Flow.Next;
        var text = context.Capture(() => flow = Execute(set.Body, new Scope(scope)));
        Value value = set.Filter is { } filter
            ? _expressions.EvaluateFilters(filter, text, scope)
            : new StringValue(text);
        Assign(set.Target, value, scope);
        return flow;
    }

    private Flow RunWith(WithStatement with, Scope scope)
    {
        var inner = new Scope(scope);
        foreach (var (target, value) in with.Bindings)
        {
            Assign(target, _expressions.Evaluate(value, scope), inner);
        }

        return Execute(with.Body, inner);
    }

    private Flow RunFilter(FilterStatement filter, Scope scope)
    {
        var flow = Flow.Next;
        var text = context.Capture(() => flow = Execute(filter.Body, new Scope(scope)));
        var result = _expressions.EvaluateFilters(filter.Filter, text, scope) as StringValue
            ?? throw Fault.Other("a filter block must end in text");
        result.Print(context.Output);
        return flow;
    }

    private void CallWithCaller(CallStatement statement, Scope scope)
    {
        var target = _expressions.Evaluate(statement.Call.Target, scope);
        var arguments = _expressions.EvaluateArguments(statement.Call.Arguments, scope);
        var caller = new MacroValue(statement.Caller, scope, this);
        arguments = arguments with { Named = [.. arguments.Named, new("caller", caller)] };
        var result = target switch
        {
            CallableValue callable => callable.Call(context, arguments),
            UndefinedValue undefined => throw undefined.Fail(),
            _ => throw Fault.Other($"'{target.TypeName}' object is not callable"),
        };
        result.Print(context.Output);
    }

    private void Assign(AssignmentTarget target, Value value, Scope scope)
    {
        switch (target)
        {
            case NameTarget name:
                scope.Set(name.Name, value);
                break;
            case NamespaceTarget attribute:
                FindNamespace(attribute, scope).Set(attribute.Attribute, value);
                break;
            case TupleTarget tuple:
                Unpack(tuple, value, scope);
                break;
        }
    }

    private static NamespaceValue FindNamespace(NamespaceTarget target, Scope scope) =>
        scope.Find(target.Name) as NamespaceValue
            ?? throw Fault.Other("cannot assign attribute on non-namespace object");

    private void Unpack(TupleTarget tuple, Value value, Scope scope)
    {
        if (value.Items is null)
        {
            throw Fault.Other($"cannot unpack non-iterable {value.TypeName} object");
        }

        var items = context.ItemsOf(value).Take(tuple.Items.Count + 1).ToArray();
        if (items.Length != tuple.Items.Count)
        {
            throw Fault.Other(items.Length > tuple.Items.Count
                ? $"too many values to unpack (expected {tuple.Items.Count})"
                : $"not enough values to unpack (expected {tuple.Items.Count}, got {items.Length})");
        }

        for (var i = 0; i < items.Length; i++)
        {
            Assign(tuple.Items[i], items[i], scope);
        }
    }
}
