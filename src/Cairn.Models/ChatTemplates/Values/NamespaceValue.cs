namespace Cairn.Models.ChatTemplates.Values;

/// <summary>
/// Jinja's <c>namespace</c>: the one value whose attributes <c>set</c> can change, from inside loops too.
/// </summary>
internal sealed class NamespaceValue(OrderedDictionary<string, Value> attributes) : Value
{
    public override string TypeName => "Namespace";

    public override AttributeLookup FindAttribute(string name)
    {
        if (attributes.TryGetValue(name, out var value))
        {
            return name.StartsWith('_') ? AttributeLookup.Unsafe : AttributeLookup.Found(value);
        }

        return base.FindAttribute(name);
    }

    public void Set(string name, Value value) => attributes[name] = value;

    public override void Represent(BoundedText text)
    {
        Fault.EnsureStack();
        text.Append("<Namespace {");
        var isFirst = true;
        foreach (var (name, value) in attributes)
        {
            text.Append(isFirst ? "" : ", ").Append(PythonText.Represent(name)).Append(": ");
            isFirst = false;
            value.Represent(text);
        }

        text.Append("}>");
    }
}
