using Cairn.Models.ChatTemplates.Functions;

namespace Cairn.Models.ChatTemplates.Values;

/// <summary>Python's <c>list</c>.</summary>
internal sealed class ListValue(IReadOnlyList<Value> elements) : SequenceValue(elements)
{
    public override string TypeName => "list";

    public override SequenceValue With(IReadOnlyList<Value> elements) => new ListValue(elements);

    public override void Represent(BoundedText text)
    {
        text.Append('[');
        RepresentElements(text);
        text.Append(']');
    }

    public override AttributeLookup FindAttribute(string name) =>
        SequenceMethods.FindOnList(this, name) is { } found ? found : base.FindAttribute(name);

    public override int Hash() => throw Fault.Other("unhashable type: 'list'");
}
