using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>
/// Parameters of a built-in function, written as one line: names separated by blanks, a question mark after those
/// that may be left out, <c>*</c> for further positional and <c>**</c> for further named arguments.
/// </summary>
internal sealed class Parameters
{
    private readonly string[] _names;
    private readonly int _required;
    private readonly bool _takesPositionalRest;
    private readonly bool _takesNamedRest;

    public Parameters(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        _takesPositionalRest = words.Contains("*");
        _takesNamedRest = words.Contains("**");
        var names = words.Where(word => !word.StartsWith('*')).ToArray();
        _required = names.TakeWhile(name => !name.EndsWith('?')).Count();
        _names = [.. names.Select(name => name.TrimEnd('?'))];
    }

    /// <summary>Puts arguments in their places; those left out are null.</summary>
    /// <exception cref="ChatTemplateException">
    /// An argument is missing, unknown, given twice, or one too many.
    /// </exception>
    public (Value?[] Values, CallArguments Remaining) Bind(string function, CallArguments arguments)
    {
        var values = new Value?[_names.Length];
        var direct = Math.Min(arguments.Positional.Count, _names.Length);
        for (var i = 0; i < direct; i++)
        {
            values[i] = arguments.Positional[i];
        }

        if (arguments.Positional.Count > _names.Length && !_takesPositionalRest)
        {
            throw Fault.Other(
                $"{function}() takes at most {_names.Length} arguments ({arguments.Positional.Count} given)");
        }

        var named = BindNamed(function, arguments.Named, values);
        var missing = Array.FindIndex(values, 0, _required, value => value is null);
        if (missing >= 0)
        {
            throw Fault.Other($"{function}() missing required argument '{_names[missing]}'");
        }

        var positionalRest = arguments.Positional.Count > direct ? arguments.Positional.Skip(direct).ToArray() : [];
        return (values, new CallArguments(positionalRest, named));
    }

    private List<KeyValuePair<string, Value>> BindNamed(
        string function, IReadOnlyList<KeyValuePair<string, Value>> named, Value?[] values)
    {
        List<KeyValuePair<string, Value>> rest = [];
        foreach (var argument in named)
        {
            var index = Array.IndexOf(_names, argument.Key);
            if (index < 0)
            {
                rest.Add(_takesNamedRest
                    ? argument
                    : throw Fault.Other($"{function}() got an unexpected keyword argument '{argument.Key}'"));
                continue;
            }

            values[index] = values[index] is null
                ? argument.Value
                : throw Fault.Other($"{function}() got multiple values for argument '{argument.Key}'");
        }

        return rest;
    }
}
