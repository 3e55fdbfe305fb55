using System.Globalization;
using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Filters;

/// <summary>The <c>attribute</c> argument of filters: keys with dots between them, <c>"address.0.city"</c>.</summary>
internal sealed class AttributePath
{
    private readonly Value[] _keys;
    private readonly Value? _default;

    private AttributePath(Value[] keys, Value? @default)
    {
        _keys = keys;
        _default = @default;
    }

    /// <summary>Reads a path; a default stands in for each part that is undefined.</summary>
    public static AttributePath Parse(Value? attribute, Value? @default = null)
    {
        Value[] keys = attribute switch
        {
            null or NoneValue => [],
            StringValue { Text: var text } => [.. text.Split('.').Select(ToKey)],
            _ => [attribute],
        };
        return new AttributePath(keys, @default is NoneValue ? null : @default);
    }

    /// <summary>
    /// Several paths with commas between them, as <c>sort</c> takes them; the key is the list of what they find.
    /// </summary>
    public static Func<Value, Value> ParseMany(Value? attribute, bool ignoresCase)
    {
        var paths = attribute is StringValue { Text: var text }
            ? text.Split(',').Select(part => Parse(new StringValue(part))).ToArray()
            : [Parse(attribute)];
        return item => new ListValue([.. paths.Select(path => path.Key(item, ignoresCase))]);
    }

    public Value Find(Value item)
    {
        foreach (var key in _keys)
        {
            item = Access.Item(item, key);
            item = item is UndefinedValue && _default is not null ? _default : item;
        }

        return item;
    }

    /// <summary>What is found, in lower case if it is a text and case does not count.</summary>
    public Value Key(Value item, bool ignoresCase) => FoldCase(Find(item), ignoresCase);

    public static Value FoldCase(Value value, bool ignoresCase) =>
        ignoresCase && value is StringValue { Text: var text } ? new StringValue(PythonCase.Lower(text)) : value;

    private static Value ToKey(string part) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? new IntegerValue(index)
            : new StringValue(part);
}
