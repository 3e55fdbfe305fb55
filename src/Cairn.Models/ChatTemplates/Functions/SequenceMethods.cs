using System.Collections.Frozen;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>Methods of lists and tuples.</summary>
internal static class SequenceMethods
{
    private static readonly BuiltinFunction[] Shared =
    [
        new("count", "value", Count),
        new("index", "value start? stop?", static call => Index((SequenceValue)call.Subject, call)),
    ];

    private static readonly FrozenDictionary<string, BuiltinFunction> ListTable = BuiltinFunction.ToTable(
    [
        .. Shared,
        new("copy", "", static call => call.Subject),
        BuiltinFunction.Mutating("append"),
        BuiltinFunction.Mutating("clear"),
        BuiltinFunction.Mutating("extend"),
        BuiltinFunction.Mutating("insert"),
        BuiltinFunction.Mutating("pop"),
        BuiltinFunction.Mutating("remove"),
        BuiltinFunction.Mutating("reverse"),
        BuiltinFunction.Mutating("sort"),
    ]);

    private static readonly FrozenDictionary<string, BuiltinFunction> TupleTable = BuiltinFunction.ToTable(Shared);

    public static AttributeLookup? FindOnList(ListValue list, string name) =>
        NullIfNone(BoundMethod.Find(ListTable, list, name));

    public static AttributeLookup? FindOnTuple(TupleValue tuple, string name) =>
        NullIfNone(BoundMethod.Find(TupleTable, tuple, name));

    private static AttributeLookup? NullIfNone(AttributeLookup found) => found == AttributeLookup.None ? null : found;

    private static IntegerValue Count(Invocation call)
    {
        call.Context.Charge(call.Subject.Size);
        return new IntegerValue(((SequenceValue)call.Subject).Elements.Count(item => item.EqualTo(call[0]!)));
    }

    private static IntegerValue Index(SequenceValue sequence, Invocation call)
    {
        call.Context.Charge(sequence.Size);
        var range = SliceRange.Resolve(call.BigInteger(1), call.BigInteger(2), null, sequence.Elements.Count);
        for (var i = 0; i < range.Count; i++)
        {
            if (sequence.Elements[range.At(i)].EqualTo(call[0]!))
            {
                return new IntegerValue(range.At(i));
            }
        }

        throw Fault.Other($"{call[0]} is not in {sequence.TypeName}");
    }
}
