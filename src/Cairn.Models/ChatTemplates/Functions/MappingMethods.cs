using System.Collections.Frozen;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>Methods of mappings.</summary>
internal static class MappingMethods
{
    private static readonly FrozenDictionary<string, BuiltinFunction> Table = BuiltinFunction.ToTable(
    [
        new("get", "key default?", static call => Get((MappingValue)call.Subject, call[0]!, call[1])),
        new("items", "", static call => Items((MappingValue)call.Subject)),
        new("keys", "", static call => View(call, "dict_keys", static entry => entry.Key)),
        new("values", "", static call => View(call, "dict_values", static entry => entry.Value)),
        new("copy", "", static call => call.Subject),
        BuiltinFunction.Mutating("clear"),
        BuiltinFunction.Mutating("pop"),
        BuiltinFunction.Mutating("popitem"),
        BuiltinFunction.Mutating("setdefault"),
        BuiltinFunction.Mutating("update"),
    ]);

    public static AttributeLookup? Find(MappingValue mapping, string name)
    {
        var found = BoundMethod.Find(Table, mapping, name);
        return found == AttributeLookup.None ? null : found;
    }

    public static MappingView Items(MappingValue mapping) =>
        new("dict_items", mapping, static entry => new TupleValue([entry.Key, entry.Value]));

    private static MappingView View(Invocation call, string typeName, Func<KeyValuePair<Value, Value>, Value> select) =>
        new(typeName, (MappingValue)call.Subject, select);

    private static Value Get(MappingValue mapping, Value key, Value? @default) =>
        mapping.Entries.TryGetValue(key, out var value) ? value : @default ?? NoneValue.Instance;
}
