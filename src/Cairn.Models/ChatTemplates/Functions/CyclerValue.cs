using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>
/// Jinja's <c>cycler(a, b, …)</c>: <c>next()</c> goes round, <c>current</c> looks, <c>reset()</c> starts over.
/// </summary>
internal sealed class CyclerValue : Value
{
    private static readonly BuiltinFunction NextMethod =
        new("next", "", static call => ((CyclerValue)call.Subject).Next());

    private static readonly BuiltinFunction ResetMethod = new("reset", "", static call =>
    {
        ((CyclerValue)call.Subject)._position = 0;
        return NoneValue.Instance;
    });

    private readonly IReadOnlyList<Value> _items;
    private int _position;

    public CyclerValue(IReadOnlyList<Value> items)
    {
        _items = items.Count > 0 ? items : throw Fault.Other("at least one item has to be provided");
    }

    public override string TypeName => "Cycler";

    public override AttributeLookup FindAttribute(string name) => name switch
    {
        "next" => AttributeLookup.Found(new BoundMethod(this, NextMethod)),
        "reset" => AttributeLookup.Found(new BoundMethod(this, ResetMethod)),
        "current" => AttributeLookup.Found(_items[_position]),
        "items" => AttributeLookup.Found(new TupleValue(_items)),
        "pos" => AttributeLookup.Found(new IntegerValue(_position)),
        _ => base.FindAttribute(name),
    };

    public override void Represent(BoundedText text) => text.Append("<Cycler object>");

    private Value Next()
    {
        var current = _items[_position];
        _position = (_position + 1) % _items.Count;
        return current;
    }
}
