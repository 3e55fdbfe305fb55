using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Parsing;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Evaluation;

/// <summary>Puts the arguments of a macro call into the scope of its body.</summary>
internal static class MacroArguments
{
    /// <summary>
    /// Sets every parameter to its argument, its default or undefined; then <c>varargs</c>, <c>kwargs</c> and
    /// <c>caller</c> where the body reads them.
    /// </summary>
    /// <exception cref="ChatTemplateException">There are arguments that the macro has no place for.</exception>
    public static void Bind(
        MacroDefinition macro, CallArguments arguments, Scope scope, Func<Expression, Value> evaluate)
    {
        var named = arguments.Named.ToList();
        for (var i = 0; i < macro.Parameters.Count; i++)
        {
            var (name, @default) = macro.Parameters[i];
            var value = i < arguments.Positional.Count ? arguments.Positional[i] : Take(named, name);
            scope.Set(name, value ?? (@default is not null
                ? evaluate(@default)
                : new UndefinedValue($"parameter {PythonText.Represent(name)} was not provided")));
        }

        BindCaller(macro, named, scope);
        BindRest(macro, arguments, named, scope);
    }

    private static void BindCaller(MacroDefinition macro, List<KeyValuePair<string, Value>> named, Scope scope)
    {
        if (macro.UsesCaller)
        {
            scope.Set("caller", Take(named, "caller") ?? new UndefinedValue("No caller defined"));
        }
    }

    private static void BindRest(
        MacroDefinition macro, CallArguments arguments, List<KeyValuePair<string, Value>> named, Scope scope)
    {
        var name = macro.Name is null ? "None" : PythonText.Represent(macro.Name);
        if (macro.UsesNamedRest)
        {
            var entries = MappingValue.NewEntries();
            named.ForEach(argument => entries[new StringValue(argument.Key)] = argument.Value);
            scope.Set("kwargs", new MappingValue(entries));
        }
        else if (named.Count > 0)
        {
            throw Fault.Other($"macro {name} takes no keyword argument {PythonText.Represent(named[0].Key)}");
        }

        if (macro.UsesPositionalRest)
        {
            scope.Set("varargs", new TupleValue([.. arguments.Positional.Skip(macro.Parameters.Count)]));
        }
        else if (arguments.Positional.Count > macro.Parameters.Count)
        {
            throw Fault.Other($"macro {name} takes not more than {macro.Parameters.Count} argument(s)");
        }
    }

    private static Value? Take(List<KeyValuePair<string, Value>> named, string name)
    {
        var index = named.FindIndex(argument => argument.Key == name);
        if (index < 0)
        {
            return null;
        }

        var value = named[index].Value;
        named.RemoveAt(index);
        return value;
    }
}
