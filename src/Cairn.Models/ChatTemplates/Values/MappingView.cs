namespace Cairn.Models.ChatTemplates.Values;

/// <summary>What <c>dict.keys()</c>, <c>values()</c> and <c>items()</c> return.</summary>
/// <param name="typeName"><c>dict_keys</c>, <c>dict_values</c> or <c>dict_items</c>.</param>
/// <param name="mapping">What is looked at.</param>
/// <param name="select">The item of an entry.</param>
internal sealed class MappingView(
    string typeName, MappingValue mapping, Func<KeyValuePair<Value, Value>, Value> select) : Value
{
    public override string TypeName => typeName;

    public override bool IsTrue => mapping.IsTrue;

    public override int? Length => mapping.Length;

    public override IEnumerable<Value> Items => mapping.Entries.Select(select);

    public override IEnumerable<Value> ItemsReversed => mapping.Entries.Reverse().Select(select);

    public override int Hash() => throw Fault.Other($"unhashable type: '{typeName}'");

    public override void Represent(BoundedText text)
    {
        text.Append(typeName).Append('(');
        new ListValue([.. Items]).Represent(text);
        text.Append(')');
    }
}
