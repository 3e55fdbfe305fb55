using System.Collections.Frozen;

namespace Cairn.Models.ChatTemplates.Values;

/// <summary>
/// Attributes that every Python object has. They exist, so they hide keys of the same name, and are all private.
/// </summary>
internal static class PythonAttributes
{
    private static readonly FrozenSet<string> Common = FrozenSet.Create(
        StringComparer.Ordinal,
        "__class__", "__delattr__", "__dir__", "__doc__", "__eq__", "__format__", "__ge__", "__getattribute__",
        "__getstate__", "__gt__", "__hash__", "__init__", "__init_subclass__", "__le__", "__lt__", "__ne__", "__new__",
        "__reduce__", "__reduce_ex__", "__repr__", "__setattr__", "__sizeof__", "__str__", "__subclasshook__",
        "__add__", "__call__", "__contains__", "__getitem__", "__globals__", "__iter__", "__len__", "__mod__",
        "__mul__", "__rmod__", "__rmul__", "__dict__", "__module__", "__name__", "__qualname__", "__self__", "__code__");

    public static AttributeLookup FindOnAny(string name) =>
        name.StartsWith('_') && Common.Contains(name) ? AttributeLookup.Unsafe : AttributeLookup.None;
}
