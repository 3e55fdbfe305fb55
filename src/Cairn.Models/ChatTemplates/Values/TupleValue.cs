using Cairn.Models.ChatTemplates.Functions;

namespace Cairn.Models.ChatTemplates.Values;

/// <summary>Python's <c>tuple</c>; a group of the <c>groupby</c> filter is one with names for its two items.</summary>
internal sealed class TupleValue(IReadOnlyList<Value> elements, bool isGroup = false) : SequenceValue(elements)
{
    public override string TypeName => "tuple";

    public override SequenceValue With(IReadOnlyList<Value> elements) => new TupleValue(elements);

    public override void Represent(BoundedText text)
    {
        text.Append('(');
        RepresentElements(text);
        text.Append(Elements.Count == 1 ? ",)" : ")");
    }

    public override AttributeLookup FindAttribute(string name) => name switch
    {
        "grouper" when isGroup => AttributeLookup.Found(Elements[0]),
        "list" when isGroup => AttributeLookup.Found(Elements[1]),
        _ => SequenceMethods.FindOnTuple(this, name) is { } found ? found : base.FindAttribute(name),
    };

    public override int Hash()
    {
        Fault.EnsureStack();
        var hash = new HashCode();
        foreach (var element in Elements)
        {
            hash.Add(element.Hash());
        }

        return hash.ToHashCode();
    }
}
